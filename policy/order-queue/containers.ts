/** Which containers there are. */
import { containerRule } from "../fargate/containers.ts";
import { roleOf, roles, sidecars } from "./definitions.ts";

export const roleIsDeclared = containerRule(
  "container-role-is-declared",
  "A container is one of the service's, named after the role that it runs, or a declared sidecar: rules on times and permissions judge by the name.",
  (container, report) => {
    const { name = "", command } = container;
    const role = roleOf(container);
    if (role === undefined) {
      if (sidecars.includes(name)) return;
      const expected = [...roles, ...sidecars].join(", ");
      report(
        `is no known container; expected one of ${expected}. Fix: add its name to sidecars in policy/order-queue/definitions.ts`,
      );
    } else if (command?.join(" ") !== role) {
      const found = command?.join(" ") ?? "not set";
      report(`command is ${found}; expected ${role}. Fix: set command: ["${role}"]`);
    }
  },
);

export const sidecarMemoryIsLimited = containerRule(
  "container-sidecar-memory-is-limited",
  "A sidecar has a memory limit of its own: one that leaks would take the memory of the whole task.",
  (container, report) => {
    if (roleOf(container) === undefined && container.memory === undefined) report("set memory, in MiB");
  },
);
