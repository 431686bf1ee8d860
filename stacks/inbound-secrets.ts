/** The names of the secrets by which orders are signed, for who creates them. */
export { inboundSecretName } from "../infra/names.ts";
