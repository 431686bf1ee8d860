/**
 * The twin as a process: `node twin/main.ts --state DIR --account ID --zone NAME … --secret JSON … --key JSON …
 * --policy JSON … --deployer ROLE --variable NAME=VALUE …`. A secret is `{"region", "name", "value"}`, a key of KMS
 * `{"region", "alias"}`, a policy of IAM `{"name", "document"}`. The deployer is a role whose policies are among those. A
 * variable is one that every container gets beside its own.
 * Prints one line of JSON when it is ready and stops on SIGINT, SIGTERM, or (with --with-parent) when its standard input
 * ends, so that the process that started it cannot leave it behind.
 */
import { parseArgs } from "node:util";
import { startTwin } from "./start.ts";

const { values } = parseArgs({
  options: {
    state: { type: "string" },
    account: { type: "string" },
    zone: { type: "string", multiple: true, default: [] },
    secret: { type: "string", multiple: true, default: [] },
    key: { type: "string", multiple: true, default: [] },
    policy: { type: "string", multiple: true, default: [] },
    deployer: { type: "string" },
    variable: { type: "string", multiple: true, default: [] },
    "proxy-port": { type: "string" },
    containers: { type: "string" },
    "with-parent": { type: "boolean", default: false },
  },
});

try {
  if (!values.state || !values.account)
    throw new Error(
      "usage: node twin/main.ts --state DIR --account ID --zone NAME … [--secret JSON …] [--key JSON …] [--policy JSON …] [--deployer ROLE] [--variable NAME=VALUE …] [--containers docker|processes] [--with-parent]",
    );
  const { containers } = values;
  if (containers !== undefined && containers !== "docker" && containers !== "processes")
    throw new Error(`--containers: expected docker or processes, got ${containers}`);
  let stop = () => {};
  const twin = await startTwin({
    directory: values.state,
    account: values.account,
    zones: values.zone,
    secrets: values.secret.map((json) => JSON.parse(json)),
    keys: values.key.map((json) => JSON.parse(json)),
    policies: values.policy.map((json) => JSON.parse(json)),
    deployer: values.deployer,
    variables: Object.fromEntries(values.variable.map((pair) => pair.split(/=(.*)/s).slice(0, 2))),
    ...(values["proxy-port"] && { proxyPort: Number(values["proxy-port"]) }),
    containers,
    onShutdown: () => stop(),
  });
  stop = () => void twin.close().then(() => process.exit(0));
  process.stdout.write(`${JSON.stringify(twin.handshake)}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  if (values["with-parent"]) process.stdin.on("end", stop).resume();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exit(1);
}
