import type { PolicyResource } from "@pulumi/policy";
import { attachmentIsNotPositional } from "../../../../policy/order-queue/certificates.ts";
import { resource, stackCases } from "../cases.ts";

const listener = resource("aws:lb/listener:Listener", "https");

function attachedAs(...names: string[]): PolicyResource[] {
  return [
    listener,
    ...names.map((name) =>
      resource("aws:lb/listenerCertificate:ListenerCertificate", name, {}, { refers: { listenerArn: [listener] } }),
    ),
  ];
}

stackCases(attachmentIsNotPositional, {
  "fails if certificates are named by their place": [
    attachedAs("sni-1", "sni-0", "sni-2"),
    ["https: names its certificates sni-0, …; name each after its host"],
  ],
  "fails if there is but one, at the first place": [
    attachedAs("sni[0]"),
    ["https: names its certificates sni[0, …; name each after its host"],
  ],
  "passes if they are named by their stores": [attachedAs("store-acme", "store-bluegum"), []],
  "passes if the stores themselves are counted": [
    [
      ...attachedAs("store-shop-1", "store-shop-2"),
      resource("order-queue:infra:Store", "store-shop-1"),
      resource("order-queue:infra:Store", "store-shop-2"),
    ],
    [],
  ],
  "passes if a store's own name ends in a number": [attachedAs("store-cafe24", "store-shop2", "store-shop7"), []],
});
