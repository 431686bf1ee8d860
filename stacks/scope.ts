/**
 * Whether the update that runs this program covers every resource. `pulumi up --target` and `--exclude` run the whole
 * program and record its outputs, but leave other resources as they are; the engine does not tell the program (pulumi
 * pkg/resource/deploy/step_generator.go, isTargetedForUpdate; the language protocol's RunRequest has no such field). So the
 * program reads the command line of the `pulumi` that started it.
 */
import { basename } from "node:path";

/** A full update proves a release; any other one proves nothing, `why` says what is missing. */
export type Scope = { readonly full: true } | { readonly full: false; readonly why: string };

/** Long flags of `pulumi up` with which some resources stay as they were (pkg/cmd/pulumi/operations/up.go). */
export const partialUpdateFlags = ["target", "exclude", "target-replace", "continue-on-error"];
/** Short flags that take a value: what follows in the same argument is that value. */
const withValue = "Ccmpstv";

/** The scope by the command lines of the processes above this one, the nearest first (./ancestors.ts). Pure. */
export function scopeOf(commands: readonly (readonly string[])[], environment: NodeJS.ProcessEnv): Scope {
  const command = commands.find(([program]) => program !== undefined && /^pulumi(\.exe)?$/.test(basename(program)));
  if (!command) return { full: false, why: "the pulumi command that runs this program cannot be read" };
  const [, ...args] = command;
  if (!args.some((arg) => arg === "up" || arg === "update")) {
    const [name] = args.filter((arg) => !arg.startsWith("-"));
    return { full: false, why: `${name === undefined ? "pulumi" : `pulumi ${name}`} is no full update` };
  }
  const flag = args.map(partialFlag).find((found) => found !== undefined);
  if (flag) return { full: false, why: `pulumi up ${flag} leaves out resources` };
  if (/^(1|true)$/i.test(String(environment.PULUMI_CONTINUE_ON_ERROR)))
    return { full: false, why: "PULUMI_CONTINUE_ON_ERROR leaves out resources" };
  return { full: true };
}

/** The flag that an argument is, where it makes an update partial. */
function partialFlag(arg: string): string | undefined {
  const { long, value } = /^--(?<long>[a-z-]+)(?:=(?<value>.*))?$/s.exec(arg)?.groups ?? {};
  if (long !== undefined) return partialUpdateFlags.includes(long) && value !== "false" ? `--${long}` : undefined;
  const letters = /^-([A-Za-z].*)/.exec(arg)?.[1] ?? "";
  const first = [...letters].find((letter) => withValue.includes(letter));
  return first === "t" ? "--target" : undefined;
}
