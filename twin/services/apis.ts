import type { Service } from "../api/service.ts";
import { acm } from "./acm/api.ts";
import { cloudwatch } from "./cloudwatch/api.ts";
import { ecr } from "./ecr/api.ts";
import { ecs } from "./ecs/api.ts";
import { elbv2 } from "./elbv2/api.ts";
import { logs } from "./logs/api.ts";
import { route53 } from "./route53/api.ts";
import { sns } from "./sns/api.ts";
import { sts } from "./sts/api.ts";

/** The services whose APIs the twin answers; each file ends with the list of its actions. */
export const services: readonly Service[] = [ecs, elbv2, acm, cloudwatch, logs, sns, route53, ecr, sts];
