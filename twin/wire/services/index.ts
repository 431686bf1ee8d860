import type { Service } from "../service.ts";
import { acm } from "./acm.ts";
import { cloudwatch } from "./cloudwatch.ts";
import { ecr } from "./ecr.ts";
import { ecs } from "./ecs.ts";
import { elbv2 } from "./elbv2.ts";
import { logs } from "./logs.ts";
import { route53 } from "./route53.ts";
import { sns } from "./sns.ts";
import { sts } from "./sts.ts";

/** The services whose APIs the twin answers; each file ends with the list of its actions. */
export const services: readonly Service[] = [ecs, elbv2, acm, cloudwatch, logs, sns, route53, ecr, sts];
