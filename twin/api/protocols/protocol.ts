import type { IncomingHttpHeaders } from "node:http";
import type { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";

export interface WireRequest {
  method: string;
  /** Without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface WireAnswer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** How a service is named on the wire. */
export interface Named {
  /** `X-Amz-Target` before the dot (JSON). */
  target?: string;
  /** Of the XML answers. */
  namespace?: string;
  /** Version of the API (query, REST). */
  version?: string;
}

/** One of the ways in which AWS's clients and services speak (smithy.io/2.0/aws/protocols). */
export interface Protocol {
  speaks(request: WireRequest): boolean;
  /** @throws AwsError for what it cannot read */
  read(request: WireRequest, service: Named): { action: string; input: Properties };
  answer(action: string, output: Properties, service: Named): WireAnswer;
  refuse(error: AwsError, service: Named): WireAnswer;
}
