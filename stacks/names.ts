/** Names that the program gives, for who creates or looks up what it expects. */
export { boundaryArn, boundaryName, inboundSecretName } from "../infra/names.ts";
