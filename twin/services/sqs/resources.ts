/**
 * SQS queues; api.ts answers for them over the SQS protocol. Not modelled: the 60 s for
 * which the name of a deleted queue stays taken; the provider waits them out.
 * Sources: terraform-provider-aws internal/service/sqs/queue.go; SQS developer guide, quotas.
 */
import { z } from "zod";
import { arn } from "../../core/ids.ts";
import type { Properties } from "../../core/store.ts";
import { type ResourceCall, type ResourceType, regional, tagged, tagsAll } from "../../pulumi/define.ts";
import { isJson, isUnknown } from "../../pulumi/values.ts";
import { policyDocument } from "../policy-document.ts";
import { queueAttributes, removedPolicies } from "./attributes.ts";
import type { Sqs } from "./behaviour.ts";

export type SqsResourceCall = ResourceCall & { sqs: Sqs };

const json = z.string().refine(isJson, "expected JSON");

export const queue: ResourceType<SqsResourceCall> = {
  token: "aws:sqs/queue:Queue",
  scope: "regional",
  inputs: tagged({
    name: z.string(),
    fifoQueue: z.boolean(),
    contentBasedDeduplication: z.boolean().optional(),
    deduplicationScope: z.enum(["queue", "messageGroup"]).optional(),
    fifoThroughputLimit: z.enum(["perQueue", "perMessageGroupId"]).optional(),
    delaySeconds: z.number().int(),
    maxMessageSize: z.number().int(),
    messageRetentionSeconds: z.number().int(),
    receiveWaitTimeSeconds: z.number().int(),
    visibilityTimeoutSeconds: z.number().int(),
    redrivePolicy: json.optional(),
    redriveAllowPolicy: json.optional(),
    policy: json.optional(),
    sqsManagedSseEnabled: z.boolean().optional(),
    kmsMasterKeyId: z.string().optional(),
  }),
  defaults: {
    fifoQueue: false,
    delaySeconds: 0,
    maxMessageSize: 262144,
    messageRetentionSeconds: 345600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
  autoname: { property: "name", max: 80, suffix: (inputs) => (inputs.fifoQueue === true ? ".fifo" : "") },
  json: ["redrivePolicy", "redriveAllowPolicy", "policy"],
  computed: ["arn", "url", "tagsAll"],
  replaces: ["name", "fifoQueue"],
  check: ({ name, fifoQueue, contentBasedDeduplication }) => {
    const problems = [];
    const form = fifoQueue === true ? /^[0-9A-Za-z_-]{1,75}\.fifo$/ : /^[0-9A-Za-z_-]{1,80}$/;
    if (!isUnknown(name) && !form.test(name))
      problems.push({ property: "name", reason: `invalid queue name: ${name}` });
    if (contentBasedDeduplication && !fifoQueue)
      problems.push({
        property: "contentBasedDeduplication",
        reason: "content-based deduplication can only be set for FIFO queue",
      });
    return problems;
  },
  create: async (inputs, call) => {
    refuseKey(inputs);
    await call.sqs.create(inputs.name, call.region, queueAttributes(inputs), tagsAll(inputs, call).tagsAll);
    const url = `https://sqs.${call.region}.amazonaws.com/${call.account}/${inputs.name}`;
    return { id: url, outputs: { url, arn: arn("sqs", call, inputs.name), ...tagsAll(inputs, call) } };
  },
  update: async (_id, state, inputs, call) => {
    refuseKey(inputs);
    const attributes = { ...queueAttributes(inputs), ...removedPolicies(state, inputs) };
    call.sqs.setAttributes(state.name, call.region, attributes);
    const tags = tagsAll(inputs, call);
    call.sqs.queues.write({ ...call.sqs.queues.get(state.arn), tags: tags.tagsAll });
    return tags;
  },
  delete: (_id, state, call) => call.sqs.delete(state.name, call.region),
  gone: ({ arn }, call) => call.sqs.queues.find(arn) === undefined,
};

/** Planned, so that policy can judge it, and not made: there is no KMS to ask whether a call may use the key. */
function refuseKey({ kmsMasterKeyId }: Properties): void {
  if (kmsMasterKeyId !== undefined) throw new Error(`the twin does not model kmsMasterKeyId (${kmsMasterKeyId})`);
}

/** The queue's attribute Policy, as a resource of its own. */
export const queuePolicy: ResourceType<SqsResourceCall> = {
  token: "aws:sqs/queuePolicy:QueuePolicy",
  scope: "regional",
  inputs: regional({ queueUrl: z.string(), policy: policyDocument }),
  json: ["policy"],
  computed: [],
  replaces: ["queueUrl"],
  create: (inputs, call) => {
    setPolicy(inputs.queueUrl, inputs.policy, call);
    return { id: inputs.queueUrl, outputs: {} };
  },
  update: (id, _state, inputs, call) => {
    setPolicy(id, inputs.policy, call);
    return {};
  },
  delete: (id, _state, call) => setPolicy(id, "", call),
};

function setPolicy(queueUrl: string, Policy: string, call: SqsResourceCall): void {
  call.sqs.setAttributes(queueUrl.split("/").at(-1) ?? "", call.region, { Policy });
}

export const sqs: readonly ResourceType<SqsResourceCall>[] = [queue, queuePolicy];
