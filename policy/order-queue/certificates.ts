/** How certificates of stores are named. */
import { attachmentsOf } from "../fargate/certificates.ts";
import { stackRule } from "../rule.ts";

export const attachmentIsNotPositional = stackRule({
  name: "certificate-attachment-not-positional",
  description:
    "An attached certificate is named after its host, not after its place in a list: one more at the head would detach all others.",
  on: "aws:lb/listener:Listener",
  check: (listener, report, stack) => {
    const places = new Map<string, number[]>();
    // A store may be called shop-1.
    const stores = new Set(stack.all("order-queue:infra:Store").map(({ name }) => name));
    for (const { name } of attachmentsOf(listener, stack).filter(({ name }) => !stores.has(name))) {
      const [, prefix, place] = /^(.*?)(\d+)\]?$/.exec(name) ?? [];
      if (prefix !== undefined) places.set(prefix, [...(places.get(prefix) ?? []), Number(place)]);
    }
    for (const [prefix, numbers] of places) {
      const first = Math.min(...numbers);
      const counted = first <= 1 && Math.max(...numbers) - first === numbers.length - 1;
      if (counted) report(`names its certificates ${prefix}${first}, …; name each after its host`);
    }
  },
});
