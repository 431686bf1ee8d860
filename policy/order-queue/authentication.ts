/** Orders are accepted from their stores alone. */
import { containersOf, environmentOf } from "../fargate/definitions.ts";
import { grantsOf, list } from "../fargate/iam.ts";
import { stackRule } from "../rule.ts";
import { roleOf } from "./definitions.ts";

const fetch = "secretsmanager:GetSecretValue";

export const ordersAreAuthenticated = stackRule({
  name: "authentication-of-orders",
  description:
    "Ingest checks the signature of every order, the canary signs its own, and their roles allow the secrets for it.",
  on: "aws:ecs/taskDefinition:TaskDefinition",
  check: (definition, report, stack) => {
    const granted = grantsOf(definition.refersTo("taskRoleArn", "aws:iam/role:Role"), stack)
      .filter(({ Action }) => list(Action).includes(fetch))
      .flatMap(({ Resource }) => list(Resource));
    for (const container of containersOf(definition.props)) {
      const role = roleOf(container);
      if (role !== "ingest" && role !== "canary") continue;
      const prefix = environmentOf(container).INBOUND_SECRETS;
      if (prefix === undefined) {
        const without = role === "ingest" ? "accepts orders from any client" : "sends orders that ingest refuses";
        report(`its environment has no INBOUND_SECRETS, so it ${without}`);
        continue;
      }
      // The canary's one secret is named by its ARN.
      const wanted = role === "ingest" ? `:secret:${prefix}/*/inbound-*` : `:secret:${prefix}/`;
      if (granted.some((arn) => (role === "ingest" ? arn.endsWith(wanted) : arn.includes(wanted)))) continue;
      report(`its role does not allow ${fetch} on …${wanted}${role === "ingest" ? "" : "…"}`);
    }
  },
});
