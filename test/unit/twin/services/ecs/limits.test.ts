import { readContainers } from "../../../../../twin/services/ecs/definition.ts";
import { limitsOf } from "../../../../../twin/services/ecs/limits.ts";

test("a container may take its own memory, or the task's where it has no limit of its own", () => {
  const containers = [
    { name: "app", image: "image" },
    { name: "sidecar", image: "image", memory: 64 },
  ];
  const task = { cpu: "256", memory: "512", containerDefinitions: JSON.stringify(containers) };
  const limits = readContainers(task).map((container) => limitsOf(task, container));
  expect(limits).toMatchObject([
    { cpu: 256, memory: 512 },
    { cpu: 256, memory: 64 },
  ]);
});
