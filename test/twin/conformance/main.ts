/**
 * `npm run conformance`: the official provider beside the twin's. Exit codes: 0 no difference that is not known; 1 there is
 * one, or the plugin does not start; 2 a wrong call.
 */
import { serve } from "../../../twin/pulumi/server.ts";
import { docker } from "../../../twin/services/docker/resources.ts";
import { aws } from "../../../twin/services/resources.ts";
import { tls } from "../../../twin/services/tls/resources.ts";
import { startTestCloud } from "../../integration/twin/cloud.ts";
import { compare } from "./compare.ts";
import { reasonOf } from "./known.ts";
import { readOptions, WrongCall } from "./options.ts";
import { Plugin } from "./plugin.ts";
import { settingsOf } from "./settings.ts";
import { subjects } from "./subjects.ts";

const help = `Usage: npm run conformance -- --plugin PATH [--sample N]

Asks an official provider plugin and the twin's provider the same Check and Diff of every resource of a region and of a
sample of mutants, and prints each difference with both answers. No AWS account is needed.

  --plugin PATH  pulumi-resource-aws, pulumi-resource-docker or pulumi-resource-tls
  --sample N     mutants of each resource (default: 20)
  --help         this text

Example: npm run conformance -- --plugin ~/.pulumi/plugins/resource-aws-v7.48.0/pulumi-resource-aws
Exit codes: 0 no difference but known ones; 1 another difference, or the plugin does not start; 2 wrong call`;

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === "help") {
    console.log(help);
    return 0;
  }
  const { plugin, name, sample } = options;
  const test = await startTestCloud();
  const served = await serveTwin(name, test);
  const official = await Plugin.start(plugin).catch(async (error) => {
    served.close();
    await test.close();
    throw error;
  });
  const twin = new Plugin(served.port);
  try {
    for (const plugin of [official, twin]) await plugin.configure(settingsOf(name), name);
    const asked = (await subjects(sample)).filter(({ type }) => type.startsWith(`${name}:`));
    return report(asked.length, await compare({ official, twin }, asked));
  } finally {
    for (const one of [official, twin, served]) one.close();
    await test.close();
  }
}

type Test = Awaited<ReturnType<typeof startTestCloud>>;

function serveTwin(name: string, { cloud }: Test) {
  if (name === "aws") return serve(aws, cloud);
  return name === "docker" ? serve(docker, cloud) : serve(tls, cloud);
}

function report(resources: number, differences: Awaited<ReturnType<typeof compare>>): number {
  const judged = differences.map((one) => ({ ...one, reason: reasonOf(one) }));
  for (const { type, name, mutant, aspect, official, twin, reason } of judged) {
    const where = [`${type} ${name}`, mutant, aspect].filter(Boolean).join(" · ");
    console.log(`${where}: official ${official} · twin ${twin}${reason ? ` · known: ${reason}` : ""}`);
  }
  const left = judged.filter(({ reason }) => reason === undefined).length;
  console.log(`${resources} resources, ${judged.length - left} known differences, ${left} others`);
  return left === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error((error as Error).message);
  const wrong = error instanceof WrongCall || /^ERR_PARSE_ARGS/.test(String((error as NodeJS.ErrnoException).code));
  process.exitCode = wrong ? 2 : 1;
}
