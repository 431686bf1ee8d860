import http from "node:http";
import https from "node:https";
import { connect } from "node:net";
import type { Properties } from "../../core/store.ts";

/** Where a target listens on this machine. */
interface Address {
  address: string;
  port: number;
}

/** Defaults are those of an ALB target group with targets by address. */
export function checkSettings(group: Properties) {
  const check: Properties = group.healthCheck ?? {};
  return {
    enabled: check.enabled !== false,
    interval: check.interval ?? 30,
    timeout: check.timeout ?? 5,
    path: check.path ?? "/",
    matcher: String(check.matcher || "200"),
    protocol: check.protocol ?? group.protocol ?? "HTTP",
    port: check.port ?? "traffic-port",
    healthyThreshold: check.healthyThreshold ?? 5,
    unhealthyThreshold: check.unhealthyThreshold ?? 2,
  };
}

/** Undefined when the check passes, else AWS's reason code and description. */
export function probe(target: Address, settings: ReturnType<typeof checkSettings>): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = (settings.protocol === "HTTPS" ? https : http).get(
      {
        host: target.address,
        port: settings.port === "traffic-port" ? target.port : Number(settings.port),
        path: settings.path,
        agent: false,
        // A load balancer does not verify the certificate of its targets (forward.ts).
        rejectUnauthorized: false,
        headers: { "user-agent": "ELB-HealthChecker/2.0", connection: "close" },
      },
      (response) => {
        response.resume();
        clearTimeout(timer);
        const status = response.statusCode ?? 0;
        const passed = accepts(settings.matcher, status);
        resolve(passed ? undefined : `Target.ResponseCodeMismatch: Health checks failed with these codes: [${status}]`);
      },
    );
    const timer = setTimeout(() => {
      request.destroy();
      resolve("Target.Timeout: Request timed out");
    }, settings.timeout * 1000);
    request.on("error", () => {
      clearTimeout(timer);
      resolve("Target.FailedHealthChecks: Health checks failed");
    });
  });
}

/** Whether a TCP connection to the address succeeds. */
export function listens({ address, port }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

/** `200`, `200,202` or `200-299`. */
function accepts(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [from = 0, to = from] = part.split("-").map(Number);
    return status >= from && status <= to;
  });
}
