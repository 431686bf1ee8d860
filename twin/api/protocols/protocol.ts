import type { IncomingHttpHeaders } from "node:http";
import type { Properties } from "../../core/store.ts";
import type { AwsError, Service } from "../service.ts";

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
  body: string;
}

/** One of the ways in which AWS's clients and services speak (smithy.io/2.0/aws/protocols). */
export interface Protocol {
  speaks(request: WireRequest): boolean;
  /** @throws AwsError for what it cannot read */
  read(request: WireRequest, service: Service): { action: string; input: Properties };
  answer(action: string, output: Properties, service: Service): WireAnswer;
  refuse(error: AwsError, service: Service): WireAnswer;
}
