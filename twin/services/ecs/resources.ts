/**
 * ECS on Fargate: clusters, task definitions (revisions), services. scheduler.ts runs them.
 * Not modelled: EC2 and external launch types, capacity providers, Availability Zone rebalancing, volumes, Service Connect.
 * Sources: terraform-provider-aws internal/service/ecs; ECS API reference (error texts); Fargate task sizes
 * (ECS developer guide, task-cpu-memory-error).
 */
import type { ResourceType } from "../../pulumi/define.ts";
import { cluster } from "./cluster.ts";
import { type EcsCall, service } from "./service.ts";
import { taskDefinition } from "./task-definition.ts";

export const ecs: readonly ResourceType<EcsCall>[] = [cluster, taskDefinition, service];
