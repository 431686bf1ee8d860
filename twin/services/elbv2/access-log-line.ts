/** One line of an access log, without effects. */

export interface Request {
  /** Milliseconds since 1970: when it came, and when its answer was sent. */
  received: number;
  ended: number;
  /** As the load balancer's ARN ends: `app/NAME/ID`. */
  balancer: string;
  client: { address: string; port: number };
  method: string;
  url: { protocol: "http" | "https"; host: string; port: number; path: string };
  userAgent: string | undefined;
  trace: string;
  connection: string;
  bytes: { received: number; sent: number };
  tls?: { cipher: string; version: string; domain: string; certificateArn: string } | undefined;
  answer: Answer;
}

/** What the load balancer did. */
export interface Answer {
  status: number;
  /** Priority of the rule, 0 for the listener's default; -1 where none could be acted on. */
  rule: number;
  action?: "forward" | "redirect" | "fixed-response";
  /** Whether AWS WAF looked at it; without an action it was refused there. */
  inspected?: boolean;
  targetGroupArn?: string;
  /** Where it was forwarded to, and when (milliseconds since 1970); `answered` and `status` where the target answered. */
  target?: { address: string; port: number; forwarded: number; answered?: number; status?: number };
  redirectUrl?: string;
}

/**
 * In AWS's order (elasticloadbalancing/latest/application/load-balancer-access-logs.html, "Access log entries"), up to
 * conn_trace_id. Always `-` here: error_reason, classification and its reason.
 */
export function accessLogLine(request: Request): string {
  const { answer, client, url, tls, bytes } = request;
  const { target } = answer;
  const at = target ? `${target.address}:${target.port}` : undefined;
  const answered = target?.answered;
  return [
    url.protocol,
    time(request.ended),
    request.balancer,
    `${client.address}:${client.port}`,
    at ?? "-",
    seconds(request.received, target?.forwarded),
    seconds(target?.forwarded, answered),
    seconds(answered, answered && request.ended),
    answer.status,
    target?.status ?? "-",
    bytes.received,
    bytes.sent,
    quoted(`${request.method} ${url.protocol}://${url.host}:${url.port}${url.path} HTTP/1.1`),
    quoted(request.userAgent),
    tls?.cipher ?? "-",
    tls?.version ?? "-",
    answer.targetGroupArn ?? "-",
    quoted(request.trace),
    quoted(tls?.domain),
    quoted(tls?.certificateArn),
    answer.rule,
    time(request.received),
    quoted([answer.inspected && "waf", answer.action].filter(Boolean).join(",") || undefined),
    quoted(answer.redirectUrl),
    quoted(undefined),
    quoted(at),
    quoted(target?.status?.toString()),
    quoted(undefined),
    quoted(undefined),
    request.connection,
  ].join(" ");
}

/** `2026-01-01T00:00:00.123000Z`: AWS gives microseconds. */
function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}

/** -1 where either end never came. */
function seconds(from: number | undefined, to: number | undefined): string {
  return from === undefined || to === undefined ? "-1" : ((to - from) / 1000).toFixed(3);
}

function quoted(text = "-"): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
