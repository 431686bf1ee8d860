/**
 * For each stack rule, @pulumi/policy reads every resource of the stack again (server.js, makeAnalyzeStackRpcFun): with 80
 * rules and 180 resources that was more than the rest of a preview. No rule changes what it reads, so that each message of
 * the engine is read once.
 */
import { createRequire } from "node:module";

/** A message of the engine, with the properties of a resource. */
type Message = object;

interface Deserializer {
  deserializeProperties(message: Message, proxySecrets: boolean): unknown;
}

const deserializer: Deserializer = createRequire(import.meta.url)("@pulumi/policy/deserialize");
const { deserializeProperties } = deserializer;
const read = new WeakMap<Message, unknown>();

deserializer.deserializeProperties = (message, proxySecrets) => {
  // With secrets it is for a rule that may change them.
  if (proxySecrets) return deserializeProperties(message, proxySecrets);
  const known = read.get(message) ?? deserializeProperties(message, proxySecrets);
  read.set(message, known);
  return known;
};
