import { randomBytes } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { AwsError } from "../../core/errors.ts";
import type { Store } from "../../core/store.ts";

/**
 * AWS Secrets Manager: secrets, and the versions of their values.
 * Not modelled: rotation, replicas, resource policies, keys of one's own, binary values, restoring, labels other than
 * AWSCURRENT and AWSPREVIOUS, and that versions without a label go once there are more than 100.
 * Sources: Secrets Manager API reference (CreateSecret, PutSecretValue, GetSecretValue, DeleteSecret) and user guide,
 * "What's in a Secrets Manager secret?"; texts as AWS words them (terraform-provider-aws internal/service/secretsmanager).
 */

export interface SecretVersion {
  id: string;
  stages: string[];
  value: string;
}

/** A document `secret` by `REGION/NAME`. */
export interface Secret {
  arn: string;
  name: string;
  region: string;
  /** Newest first. */
  versions: SecretVersion[];
  /** Milliseconds since 1970 at which it is gone for good; only of one that is scheduled for deletion. */
  goneAt?: number;
}

/** Which value: without version and stage the current one. */
export interface SecretValueRequest {
  /** ARN or name. */
  secretId: string;
  versionId?: string | undefined;
  versionStage?: string | undefined;
}

/** A secret that was created manually, before any program runs. */
export interface HandMadeSecret {
  region: string;
  name: string;
  value: string;
}

const kind = "secret";
const day = 86_400_000;

/** The secrets and their versions. */
export class SecretsManager {
  readonly #store: Store;
  readonly #account: string;
  readonly #now: Clock;

  constructor(store: Store, account: string, now: Clock) {
    this.#store = store;
    this.#account = account;
    this.#now = now;
  }

  /** One that is there already stays as it is. */
  makeByHand({ region, name, value }: HandMadeSecret): void {
    if (!this.#find(name, region)) this.put(this.create(name, region), region, value);
  }

  /** Without a value. Returns its ARN, which has six random characters after the name. @throws AwsError */
  create(name: string, region: string): string {
    const before = this.#find(name, region);
    if (before?.goneAt !== undefined)
      throw new AwsError(
        "InvalidRequestException",
        "You can't create this secret because a secret with this name is already scheduled for deletion.",
      );
    if (before)
      throw new AwsError("ResourceExistsException", `The operation failed because the secret ${name} already exists.`);
    const suffix = randomBytes(3).toString("hex");
    const arn = `arn:aws:secretsmanager:${region}:${this.#account}:secret:${name}-${suffix}`;
    this.#write({ arn, name, region, versions: [] });
    return arn;
  }

  /** Puts a new current version; the one that was current becomes the previous one. Returns the version's id. */
  put(secretId: string, region: string, value: string, id: string = randomBytes(16).toString("hex")): string {
    const secret = this.#usable(secretId, region);
    const former = secret.versions.map(({ stages, ...version }) => ({
      ...version,
      stages: stages.includes("AWSCURRENT") ? ["AWSPREVIOUS"] : [],
    }));
    this.#write({ ...secret, versions: [{ id, stages: ["AWSCURRENT"], value }, ...former] });
    return id;
  }

  /** Undefined for one that never was, is gone or is scheduled for deletion. */
  describe(secretId: string, region: string): Secret | undefined {
    const secret = this.#find(secretId, region);
    return secret?.goneAt === undefined ? secret : undefined;
  }

  /** All of a region but those scheduled for deletion. */
  list(region: string): Secret[] {
    const all = this.#store.readAll<Secret>(kind);
    return all.filter((secret) => secret.region === region && secret.goneAt === undefined);
  }

  /** As GetSecretValue. @throws AwsError */
  value(request: SecretValueRequest, region: string): string {
    return this.version(request, region).value;
  }

  /** The version that GetSecretValue answers with. @throws AwsError */
  version({ secretId, versionId, versionStage }: SecretValueRequest, region: string): SecretVersion {
    const { versions } = this.#usable(secretId, region);
    const stage = versionStage ?? (versionId === undefined ? "AWSCURRENT" : undefined);
    const version = versions.find(
      ({ id, stages }) => (!versionId || id === versionId) && (!stage || stages.includes(stage)),
    );
    if (version) return version;
    const sought = versionId ? `VersionId: ${versionId}` : `staging label: ${stage}`;
    throw new AwsError(
      "ResourceNotFoundException",
      `Secrets Manager can't find the specified secret value for ${sought}`,
    );
  }

  /** Names in a region, without those that are scheduled for deletion. */
  names(region: string): string[] {
    const all = this.#store.readAll<Secret>(kind);
    return all.flatMap((one) => (one.region === region && one.goneAt === undefined ? [one.name] : []));
  }

  /** @param recoveryDays 0 deletes at once, for good; its name is free again only when it is gone */
  delete(secretId: string, region: string, recoveryDays: number): void {
    const secret = this.#find(secretId, region);
    if (!secret) return;
    if (recoveryDays === 0) this.#store.erase(kind, `${region}/${secret.name}`);
    else this.#write({ ...secret, goneAt: this.#now() + recoveryDays * day });
  }

  #usable(secretId: string, region: string): Secret {
    const secret = this.#find(secretId, region);
    if (!secret) throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    if (secret.goneAt !== undefined)
      throw new AwsError(
        "InvalidRequestException",
        "You can't perform this operation on the secret because it was marked for deletion.",
      );
    return secret;
  }

  #find(secretId: string, region: string): Secret | undefined {
    const secret = this.#store
      .readAll<Secret>(kind)
      .find((one) => one.region === region && (one.arn === secretId || one.name === secretId));
    return secret?.goneAt !== undefined && secret.goneAt <= this.#now() ? undefined : secret;
  }

  #write(secret: Secret): void {
    this.#store.write(kind, `${secret.region}/${secret.name}`, secret);
  }
}
