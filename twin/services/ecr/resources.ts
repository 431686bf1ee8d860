/**
 * ECR: repositories by digest, immutable tags, replication of images pushed after it was set up. Images are documents
 * `image`, by `REGION/repository@digest`. Not modelled: scanning results.
 * Sources: terraform-provider-aws internal/service/ecr; ECR user guide, replication.
 */
import type { ResourceType } from "../../pulumi/define.ts";
import { lifecyclePolicy } from "./lifecycle-policy.ts";
import { replication } from "./replication.ts";
import { repository } from "./repository.ts";

export const ecr: readonly ResourceType[] = [repository, replication, lifecyclePolicy];
