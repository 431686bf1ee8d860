/** How many images are kept. */
import { resourceRule } from "../rule.ts";
import { parse } from "../types.ts";

interface Lifecycle {
  readonly rules?: readonly {
    readonly rulePriority?: number;
    readonly selection?: { readonly tagStatus?: string; readonly countType?: string; readonly countNumber?: number };
  }[];
}

/** Twice the releases that staging's ledger remembers, so that production may be behind or roll back by any of them. */
const leastKept = 100;

export const registryKeepsRunningImages = resourceRule({
  name: "registry-keeps-what-runs",
  description:
    "The registry expires no image that some region may still run: by age none that has a tag, by number those beyond 100.",
  on: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  check: ({ policy }, report) => {
    for (const { rulePriority, selection = {} } of parse<Lifecycle>(policy).rules ?? []) {
      const { tagStatus, countType, countNumber = 0 } = selection;
      if (tagStatus === "untagged") continue;
      if (countType !== "imageCountMoreThan") {
        report(`rule ${rulePriority} expires ${tagStatus} images by age; an image may run unchanged for longer`);
      } else if (countNumber < leastKept) {
        report(`rule ${rulePriority} keeps ${countNumber} ${tagStatus} images; expected ${leastKept} or more`);
      }
    }
  },
});
