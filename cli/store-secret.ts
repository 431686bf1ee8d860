import { type StoreSecret, storeSecret } from "../release/operate/store-secret/store-secret.ts";
import { openLocation } from "./open-location.ts";
import { finish, type Output, say } from "./output.ts";

/** `order-queue store-secret STORE --stack STACK`. The new key is on stdout alone: no file gets it. */
export async function storeSecretCommand(
  state: string,
  store: string,
  {
    stack,
    bearer = false,
    retire = false,
    yes = false,
    json,
  }: Output & { stack: string; bearer?: boolean; retire?: boolean; yes?: boolean },
) {
  const options = { kind: bearer ? "bearer" : "signing", retire, yes } as const;
  const done = await storeSecret(await openLocation(state), stack, store, options);
  say(storeSecretReport(done));
  const { key, ...result } = done;
  finish(true, result, json);
}

const words = {
  create: { done: "was created with one", planned: "would be created with one" },
  add: { done: "has a new", planned: "would get a new" },
  retire: { done: "has lost its oldest", planned: "would lose its oldest" },
};

/** What was or would be done, and the next step. */
export function storeSecretReport({
  stack,
  store,
  secret,
  region,
  what,
  kind,
  valid,
  key,
  dryRun,
}: StoreSecret): string {
  const { done, planned } = words[what];
  const command = `npx order-queue store-secret ${store} --stack ${stack}${kind === "bearer" ? " --bearer" : ""}`;
  const counts = `valid ${dryRun ? "then" : "now"}: ${valid.signing} signing, ${valid.bearer} bearer`;
  return [
    `${stack} ${store}: ${secret} in ${region} ${dryRun ? planned : done} ${kind} key; ${counts}`,
    ...(dryRun ? [`Nothing was changed. To do it: ${command}${what === "retire" ? " --retire" : ""} --yes`] : []),
    ...(key === undefined
      ? []
      : ["The key, for the store's developer with docs/stores.md; it is shown once:", `  ${key}`]),
    ...(dryRun ? [] : ["Ingest reads the change within 5 minutes."]),
    ...(!dryRun && valid[kind] === 2 ? [`Once the store uses the new key: ${command} --retire --yes`] : []),
  ].join("\n");
}
