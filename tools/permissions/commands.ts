/** What commands of `order-queue` call of AWS, read from their own sources: the commands of the SDK in release/. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The prefix of a service's actions, where it is not the name of its client. */
const prefixes: Readonly<Record<string, string>> = {
  "cloudwatch-logs": "logs",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  "route-53": "route53",
  "secrets-manager": "secretsmanager",
  "service-quotas": "servicequotas",
};

const imports = /import \{([^}]*)\} from "@aws-sdk\/client-([a-z0-9-]+)"/g;

/**
 * The actions of IAM, each once, in order. SQS judges a batch as its single call (SQS developer guide, "Amazon SQS API
 * permissions: actions and resource reference").
 *
 * @param belongs whether a file under `release` counts
 */
export function actionsOfCommands(release: string, belongs: (file: string) => boolean): string[] {
  const files = readdirSync(release, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && belongs(file),
  );
  const called = files.flatMap((file) =>
    [...readFileSync(join(release, file), "utf8").matchAll(imports)].flatMap(([, names = "", client = ""]) =>
      [...names.matchAll(/\b([A-Z]\w+?)(Batch)?Command\b/g)].map(([, name]) => `${prefixes[client] ?? client}:${name}`),
    ),
  );
  return [...new Set(called)].sort();
}
