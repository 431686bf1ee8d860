import { alive } from "../../../twin/client.ts";

afterEach(() => jest.restoreAllMocks());

describe("a process", () => {
  test("of this machine is alive", () => {
    expect(alive(process.pid)).toBe(true);
  });

  test.each([
    ["that is another user's is alive: a lock of it is held", "EPERM", true],
    ["that is no more is not", "ESRCH", false],
  ])("%s", (_, code, lives) => {
    jest.spyOn(process, "kill").mockImplementation(() => {
      throw Object.assign(new Error(code), { code });
    });
    expect(alive(4_242)).toBe(lives);
  });
});
