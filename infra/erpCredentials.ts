/**
 * The stores' credentials for their ERPs. A client's team makes such a secret by hand; the program only finds it by its
 * name, so that its value is in no state. Looked up in a preview already: a secret that is not there fails before anything
 * changes.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RunningStore } from "./taskDefinition.ts";

export interface ErpCredential {
  /** The store's name. */
  readonly store: string;
  /** Full ARN: ECS takes no name of a secret. */
  readonly secretArn: string;
}

/** The credentials of those stores that have any. */
export function findErpCredentials(
  stores: readonly RunningStore[],
  opts: pulumi.InvokeOptions,
): pulumi.Output<ErpCredential[]> {
  return pulumi.all(
    stores.flatMap(({ name, erpCredentials }) =>
      erpCredentials === undefined
        ? []
        : [
            aws.secretsmanager
              .getSecretOutput({ name: erpCredentials }, opts)
              .apply(({ arn }) => ({ store: name, secretArn: arn })),
          ],
    ),
  );
}
