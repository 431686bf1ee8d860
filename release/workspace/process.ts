import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A command that exited with another code than 0; the message has its last lines. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  /** Its last lines alone. */
  readonly output: string;

  constructor(command: string, output: string) {
    super(`${command}:\n${output}`);
    this.output = output;
  }
}

/**
 * Runs a command to its end and returns what it printed.
 * @param options.progress gets each line of its output as it comes
 * @throws {CommandFailed}
 */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string>; progress?: (line: string) => void },
): Promise<string> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err]: [string[], string[]] = [[], []];
  for (const [stream, lines] of [
    [child.stdout, out],
    [child.stderr, err],
  ] as const)
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      options.progress?.(line);
    });
  const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0)
    throw new CommandFailed(`${command} ${args.join(" ")} exited with ${code}`, [...err, ...out].slice(-30).join("\n"));
  return out.join("\n");
}
