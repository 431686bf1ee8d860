/**
 * SNS topics, their policies and subscriptions; behaviour.ts delivers.
 * Sources: terraform-provider-aws internal/service/sns; SNS API reference.
 */
import { z } from "zod";
import { arn, hex } from "../../core/ids.ts";
import { type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { isUnknown } from "../../pulumi/values.ts";
import { policyDocument } from "../policy-document.ts";

export const topic: ResourceType = {
  token: "aws:sns/topic:Topic",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    displayName: z.string().optional(),
    kmsMasterKeyId: z
      .string()
      .refine((key) => isUnknown(key) || key === "alias/aws/sns", "the twin models alias/aws/sns, no key of one's own")
      .optional(),
  }),
  autoname: { property: "name", max: 80 },
  computed: ["arn", "beginningArchiveTime", "owner", "tagsAll"],
  replaces: ["name"],
  create: (inputs, call) => {
    const id = arn("sns", call, inputs.name);
    return { id, outputs: { arn: id, beginningArchiveTime: "", owner: call.account, ...tagsAll(inputs, call) } };
  },
  update: (_id, _state, inputs, call) => tagsAll(inputs, call),
};

export const topicPolicy: ResourceType = {
  token: "aws:sns/topicPolicy:TopicPolicy",
  scope: "regional",
  inputs: regional({ arn: z.string(), policy: policyDocument }),
  json: ["policy"],
  computed: ["owner"],
  replaces: ["arn"],
  create: (inputs, call) => {
    if (!call.store.get(topic.token, inputs.arn, call.region))
      throw new Error(`setting SNS Topic Policy: api error NotFound: Topic does not exist`);
    return { id: inputs.arn, outputs: { owner: call.account } };
  },
  update: () => ({}),
};

export const topicSubscription: ResourceType = {
  token: "aws:sns/topicSubscription:TopicSubscription",
  scope: "regional",
  inputs: regional({
    topic: z.string(),
    protocol: z.enum(["sqs", "lambda", "firehose", "application", "sms", "email", "email-json", "http", "https"]),
    endpoint: z.string(),
  }),
  computed: ["arn", "confirmationWasAuthenticated", "ownerId", "pendingConfirmation"],
  replaces: ["topic", "protocol", "endpoint"],
  create: (inputs, call) => {
    if (!call.store.get(topic.token, inputs.topic, call.region))
      throw new Error("subscribing to SNS Topic: api error NotFound: Topic does not exist");
    const id = `${inputs.topic}:${hex(4)}-${hex(2)}-${hex(2)}-${hex(2)}-${hex(6)}`;
    // An e-mail subscription stays pending until its reader confirms it.
    return {
      id,
      outputs: {
        arn: id,
        ownerId: call.account,
        confirmationWasAuthenticated: false,
        pendingConfirmation: inputs.protocol.startsWith("email"),
      },
    };
  },
  update: () => ({}),
};

export const sns: readonly ResourceType[] = [topic, topicPolicy, topicSubscription];
