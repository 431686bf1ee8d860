/** `node verify-process.ts EXPECTED`: runs verification's checks, prints the report as JSON; what does not hold goes to stderr. */
import { verify } from "../../stacks/verification.ts";

try {
  process.stdout.write(JSON.stringify(await verify(JSON.parse(process.argv[2] ?? "{}"))));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
