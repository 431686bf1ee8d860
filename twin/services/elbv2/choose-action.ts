import type { Properties, Resource } from "../../core/store.ts";

/** A request as the conditions of a rule see it. */
export interface RequestLine {
  host: string;
  /** Without the query. */
  path: string;
}

/** What a listener does with a request, the same for a rule's and for default actions. */
export type Action = { /** Priority of the rule; 0 for the default actions. */ rule: number } & Kind;

type Kind =
  | { type: "forward"; targets: { arn: string; weight: number }[] }
  | { type: "redirect"; status: number; location: (request: RedirectSource) => string }
  | { type: "fixed-response"; status: number; contentType: string; body: string };

export interface RedirectSource {
  protocol: "HTTP" | "HTTPS";
  host: string;
  port: number;
  path: string;
  query: string;
}

/** `*` is any run of characters, `?` exactly one. */
function matches(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${expression}$`, "s").test(text);
}

/** Host names compare without case, paths with it. */
function holds(condition: Properties, request: RequestLine): boolean {
  const [field] = Object.keys(condition).filter((key) => condition[key] !== undefined && condition[key] !== null);
  switch (field) {
    case "hostHeader":
      return values(condition, field).some((v) => matches(v.toLowerCase(), request.host.toLowerCase()));
    case "pathPattern":
      return values(condition, field).some((v) => matches(v, request.path));
    default:
      throw new Error(`Load balancer rule: the condition ${field ?? "{}"} is not modelled`);
  }
}

function values(condition: Properties, field: string): string[] {
  const list: unknown = condition[field].values;
  if (!Array.isArray(list)) throw new Error(`Load balancer rule: ${field} without values is not modelled`);
  return list;
}

/** The first rule by priority of which every condition holds, else the listener's default actions. */
export function chooseAction(listener: Resource, rules: readonly Resource[], request: RequestLine): Action {
  const rule = rules
    .filter((candidate) => candidate.outputs.listenerArn === listener.outputs.arn)
    .sort((a, b) => a.outputs.priority - b.outputs.priority)
    .find((candidate) => (candidate.outputs.conditions as Properties[]).every((c) => holds(c, request)));
  const actions: Properties[] = rule?.outputs.actions ?? listener.outputs.defaultActions ?? [];
  const last = actions.at(-1);
  if (!last) throw new Error(`Listener ${listener.outputs.arn} has no action`);
  return { rule: rule?.outputs.priority ?? 0, ...actionOf(last) };
}

function actionOf(action: Properties): Kind {
  switch (action.type) {
    case "forward":
      return { type: "forward", targets: forwardTargets(action) };
    case "redirect":
      return redirect(action.redirect ?? {});
    case "fixed-response": {
      const fixed: Properties = action.fixedResponse ?? {};
      const { contentType, messageBody, statusCode } = fixed;
      return { type: "fixed-response", status: Number(statusCode), contentType, body: messageBody ?? "" };
    }
    default:
      throw new Error(`Load balancer action ${JSON.stringify(action.type)} is not modelled`);
  }
}

function forwardTargets(action: Properties): { arn: string; weight: number }[] {
  const groups: Properties[] = action.forward?.targetGroups ?? [{ arn: action.targetGroupArn }];
  return groups.map((group) => ({ arn: group.arn, weight: group.weight ?? 1 }));
}

/** `#{host}`, `#{path}`, `#{port}`, `#{protocol}` and `#{query}` stand for the request's own. */
function redirect(settings: Properties): Kind {
  const location = (source: RedirectSource): string => {
    const fill = (template: string) =>
      template
        .replaceAll("#{protocol}", source.protocol)
        .replaceAll("#{host}", source.host)
        .replaceAll("#{port}", String(source.port))
        .replaceAll("#{path}", source.path.replace(/^\//, ""))
        .replaceAll("#{query}", source.query);
    const protocol = fill(settings.protocol ?? "#{protocol}").toLowerCase();
    const port = fill(settings.port ?? "#{port}");
    const query = fill(settings.query ?? "#{query}");
    const host = fill(settings.host ?? "#{host}");
    const path = fill(settings.path ?? "/#{path}");
    return `${protocol}://${host}:${port}${path}${query ? `?${query}` : ""}`;
  };
  return { type: "redirect", status: settings.statusCode === "HTTP_302" ? 302 : 301, location };
}
