import { words } from "../../../../drills/soak/fault.ts";

test("a fault is described in a few words", () => {
  expect(words({ kind: "kill", stack: "prod-eu", service: "canary", all: false })).toBe("kill prod-eu canary false");
});
