/**
 * What a repository forgets. AWS carries a lifecycle policy out within 24 hours; the twin does when it is set and at each
 * push. As on AWS an image that a container still runs expires too. Not modelled: rules for tagged images alone
 * (tag prefixes and patterns), archiving, policies of replicated repositories that no program made.
 * Sources: ECR user guide, "Lifecycle policy properties in Amazon ECR"; terraform-provider-aws internal/service/ecr.
 */
import { z } from "zod";
import type { Properties, Store } from "../../core/store.ts";
import { type ResourceType, regional } from "../../pulumi/define.ts";
import { isJson, isUnknown } from "../../pulumi/values.ts";
import { repository } from "./repository.ts";

const rule = z.strictObject({
  rulePriority: z.number().int().min(1),
  description: z.string().max(256).optional(),
  selection: z.discriminatedUnion("countType", [
    z.strictObject({
      tagStatus: z.enum(["untagged", "any"]),
      countType: z.literal("imageCountMoreThan"),
      countNumber: z.number().int().min(1),
    }),
    z.strictObject({
      tagStatus: z.enum(["untagged", "any"]),
      countType: z.literal("sinceImagePushed"),
      countUnit: z.literal("days"),
      countNumber: z.number().int().min(1),
    }),
  ]),
  action: z.strictObject({ type: z.literal("expire") }),
});
const policy = z.strictObject({ rules: z.array(rule).min(1).max(50) });

type Rule = z.infer<typeof rule>;

/** An image of one repository. */
export interface Kept {
  digest: string;
  tag?: string | undefined;
  /** ISO 8601. */
  pushedAt: string;
}

export const lifecyclePolicy: ResourceType = {
  token: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  scope: "regional",
  inputs: regional({ repository: z.string(), policy: z.string().refine(isJson, "expected JSON") }),
  json: ["policy"],
  computed: ["registryId"],
  replaces: ["policy", "repository"],
  // The provider has no update for it; pulumi-aws deletes first.
  deleteBeforeReplace: true,
  check: ({ policy: text }) => {
    if (isUnknown(text) || !isJson(text)) return [];
    const result = policy.safeParse(JSON.parse(text));
    if (result.error)
      return result.error.issues.map(({ path, message }) => ({
        property: "policy",
        reason: `the twin models no such lifecycle policy: ${path.join(".")}: ${message}`,
      }));
    return problemsOf(result.data.rules).map((reason) => ({ property: "policy", reason }));
  },
  create: (inputs, call) => {
    const found = call.store.get(repository.token, inputs.repository, call.region);
    if (!found)
      throw new Error(
        `creating ECR Lifecycle Policy (${inputs.repository}): api error RepositoryNotFoundException: The repository with name '${inputs.repository}' does not exist in the registry with id '${call.account}'`,
      );
    expireImages(call.store, call.region, inputs.repository, inputs.policy);
    return { id: inputs.repository, outputs: { registryId: call.account } };
  },
};

/** What ECR refuses of rules that are each well formed. */
function problemsOf(rules: readonly Rule[]): string[] {
  const priorities = rules.map(({ rulePriority }) => rulePriority);
  const highest = Math.max(...priorities);
  const problems = [];
  if (new Set(priorities).size < priorities.length) problems.push("two rules have one rulePriority");
  if (rules.some(({ selection, rulePriority }) => selection.tagStatus === "any" && rulePriority < highest))
    problems.push("a rule with tagStatus any must have the highest rulePriority");
  return problems;
}

/** Carries out the policy of a repository after a push; without one nothing is forgotten. */
export function expireAfterPush(store: Store, region: string, name: string): void {
  const kept = store.get(lifecyclePolicy.token, name, region);
  if (kept) expireImages(store, region, name, kept.inputs.policy);
}

function expireImages(store: Store, region: string, name: string, text: string): void {
  const images = store
    .readAll<Properties & Kept>("image")
    .filter((image) => image.region === region && image.repository === name);
  for (const { digest } of expired(images, JSON.parse(text).rules, Date.now()))
    store.erase("image", `${region}/${name}@${digest}`);
}

/**
 * The images that a policy's rules expire: each rule counts all that it selects, but expires none that a rule of higher
 * priority selects too (ECR user guide, "Lifecycle policy evaluation rules"). Pure.
 */
export function expired<T extends Kept>(images: readonly T[], rules: readonly Rule[], now: number): T[] {
  const claimed = new Set<T>();
  const gone: T[] = [];
  for (const { selection } of rules.toSorted((a, b) => a.rulePriority - b.rulePriority)) {
    const { tagStatus, countType, countNumber } = selection;
    const selected = images
      .filter(({ tag }) => tagStatus === "any" || tag === undefined)
      .toSorted((a, b) => Date.parse(b.pushedAt) - Date.parse(a.pushedAt));
    const old = ({ pushedAt }: T) => now - Date.parse(pushedAt) > countNumber * 86_400_000;
    const over = countType === "imageCountMoreThan" ? selected.slice(countNumber) : selected.filter(old);
    gone.push(...over.filter((image) => !claimed.has(image)));
    for (const image of selected) claimed.add(image);
  }
  return gone;
}
