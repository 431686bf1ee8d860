import type { PolicyResource } from "@pulumi/policy";
import { roleIsDeclared, sidecarMemoryIsLimited } from "../../../../policy/order-queue/containers.ts";
import { roles, sidecars } from "../../../../policy/order-queue/definitions.ts";
import { cases, resource } from "../cases.ts";

function definition(container: object, refers: Record<string, PolicyResource[]> = {}): PolicyResource {
  const containerDefinitions = JSON.stringify([{ name: "dispatch", command: ["dispatch"], ...container }]);
  return resource("aws:ecs/taskDefinition:TaskDefinition", "dispatch", { containerDefinitions }, { refers });
}

/** A task of dispatch with a second container beside it. */
function withSidecar(sidecar: object): PolicyResource {
  const containers = [
    { name: "dispatch", command: ["dispatch"] },
    { name: "unlisted", ...sidecar },
  ];
  const containerDefinitions = JSON.stringify(containers);
  return resource("aws:ecs/taskDefinition:TaskDefinition", "dispatch", { containerDefinitions });
}

cases(roleIsDeclared, {
  "fails if a sidecar is not declared": [
    withSidecar({ command: ["ingest"] }),
    [
      `container unlisted: is no known container; expected one of ${[...roles, ...sidecars].join(", ")}. ` +
        "Fix: add its name to sidecars in policy/order-queue/definitions.ts",
    ],
  ],
  "fails if a container runs another role than it is named after": [
    definition({ command: ["canary"] }),
    ['container dispatch: command is canary; expected dispatch. Fix: set command: ["dispatch"]'],
  ],
  "fails if a container runs the image's own role, ingest, under another name": [
    definition({ command: undefined }),
    ['container dispatch: command is not set; expected dispatch. Fix: set command: ["dispatch"]'],
  ],
  "passes if each is named after the role that it runs": [definition({}), []],
});

cases(sidecarMemoryIsLimited, {
  "fails if a sidecar may use the task's whole memory": [withSidecar({}), ["container unlisted: set memory, in MiB"]],
  "passes if it has a limit of its own": [withSidecar({ memory: 64 }), []],
});
