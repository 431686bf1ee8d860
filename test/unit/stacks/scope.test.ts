import { scopeOf } from "../../../stacks/scope.ts";

const host = ["/opt/pulumi/pulumi-language-nodejs", "127.0.0.1:4000"];
const scope = (command: string[], environment = {}) => scopeOf([host, command, ["bash"]], environment);
const up = (...args: string[]) => scope(["/opt/pulumi/pulumi", "up", ...args]);

describe("an update", () => {
  it.each([
    [[]],
    [["--yes", "--skip-preview", "-s", "staging"]],
    [["--stack=staging", "--replace", "urn:pulumi:a"]],
    [["-ys", "target"]],
    [["-st"]],
    [["--continue-on-error=false"]],
    [["--message", "a target is met"]],
    [["--message", "a--target", "a-t", "--targets", "--target1"]],
  ])("is full with %j", (args) => {
    expect(up(...args)).toEqual({ full: true });
  });

  it.each([
    [["--target", "**LogGroup**"], "--target"],
    [["--target=**LogGroup**"], "--target"],
    [["--target=a\nb"], "--target"],
    [["-ta\nb"], "--target"],
    [["-t", "**LogGroup**"], "--target"],
    [["-yt**LogGroup**"], "--target"],
    [["--exclude", "**LogGroup**"], "--exclude"],
    [["--target-replace", "urn:pulumi:a"], "--target-replace"],
    [["--continue-on-error"], "--continue-on-error"],
  ])("is partial with %j", (args, flag) => {
    expect(up(...args)).toEqual({ full: false, why: `pulumi up ${flag} leaves out resources` });
  });

  it.each(["true", "True", "1"])("is partial where the environment lets it continue after an error: %s", (value) => {
    const found = scope(["pulumi", "up"], { PULUMI_CONTINUE_ON_ERROR: value });
    expect(found).toEqual({ full: false, why: "PULUMI_CONTINUE_ON_ERROR leaves out resources" });
  });

  it.each(["false", "0", "", "11", "true1", "untrue"])("is full where that setting is %j", (value) => {
    expect(scope(["pulumi", "up"], { PULUMI_CONTINUE_ON_ERROR: value })).toEqual({ full: true });
  });

  it("may be called with flags before the command, or by its other name", () => {
    expect(scope(["pulumi", "-C", "project", "update", "--yes"])).toEqual({ full: true });
  });
});

it("another command that runs the program is no full update", () => {
  const found = scope(["pulumi", "--yes", "refresh", "--run-program"]);
  expect(found).toEqual({ full: false, why: "pulumi refresh is no full update" });
  expect(scope(["pulumi", "--yes"])).toEqual({ full: false, why: "pulumi is no full update" });
});

it("an unknown command proves nothing", () => {
  const found = scopeOf([host, [], ["/opt/my-pulumi", "up"], ["pulumi-watch", "up"]], {});
  expect(found).toEqual({ full: false, why: "the pulumi command that runs this program cannot be read" });
});
