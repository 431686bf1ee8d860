/** The pack: `pulumi preview --policy-pack policy`. Every rule is mandatory. */
import "./read-once.ts";

import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules.ts";

new PolicyPack("order-queue", { policies: rules, enforcementLevel: "mandatory" });
