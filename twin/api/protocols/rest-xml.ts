import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Named, Protocol, WireAnswer, WireRequest } from "./protocol.ts";
import { errorResponse } from "./query.ts";
import { declaration, membersOf, parseXml, toXml } from "./xml.ts";

/** `HostedZones` holds `HostedZone` elements. */
const singular = (list: string): string => list.replace(/s$/, "");

/**
 * AWS REST XML (smithy.io/2.0/aws/protocols/aws-restxml-protocol.html): the operation in method and path, parameters in
 * path and query, bodies as XML.
 * @param routes operation by `METHOD /path`, where `{Name}` stands for a parameter
 */
export function restXml(routes: Record<string, string>): Protocol {
  return {
    speaks: ({ headers }) => headers["x-amz-target"] === undefined,
    read: (request, service) => {
      const { action, parameters } = find(routes, request, service);
      const body = request.body === "" ? {} : membersOf(parseXml(request.body), singular);
      const asked = [...request.query].map(([name, value]) => [name, value] as const);
      return { action, input: { ...parameters, ...Object.fromEntries(asked), ...body } };
    },
    answer: (action: string, output: Properties, { namespace }: Named): WireAnswer => ({
      status: 200,
      headers: { "content-type": "text/xml" },
      body: `${declaration}<${action}Response xmlns="${namespace}">${toXml(output, singular)}</${action}Response>`,
    }),
    refuse: errorResponse,
  };
}

function find(routes: Record<string, string>, { method, path }: WireRequest, { version }: Named) {
  const parts = path.replace(/\/$/, "").split("/");
  for (const [route, action] of Object.entries(routes)) {
    const [wanted, pattern = ""] = route.split(" ");
    const steps = `/${version}${pattern}`.split("/");
    if (wanted !== method || steps.length !== parts.length) continue;
    if (!steps.every((step, index) => step.startsWith("{") || step === parts[index])) continue;
    const parameters = steps.flatMap((step, index) =>
      step.startsWith("{") ? [[step.slice(1, -1), decodeURIComponent(parts[index] ?? "")] as const] : [],
    );
    return { action, parameters: Object.fromEntries(parameters) };
  }
  throw new AwsError("UnknownOperationException", `${method} ${path} is no operation that is modelled`, 404);
}
