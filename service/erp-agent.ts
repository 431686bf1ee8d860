/** The connections to ERPs. */
import { promises } from "node:dns";
import { type Dispatcher, EnvHttpProxyAgent } from "undici";
import { realClock } from "./clock.ts";
import { Names } from "./names.ts";

/** Milliseconds for one query to one name server, and how many there are before a name counts as not resolved. */
const QUERY = { timeout: 2_000, tries: 2 };

/** An agent that follows the environment's HTTPS_PROXY and NO_PROXY; a proxy's own name is resolved by Node. */
export function createErpAgent(resolver = new promises.Resolver(QUERY)): Dispatcher {
  return new EnvHttpProxyAgent({ connect: { lookup: new Names(resolver, realClock).lookup } });
}
