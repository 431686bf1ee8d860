import { registryKeepsRunningImages } from "../../../../policy/order-queue/images.ts";
import { cases, resource } from "../cases.ts";

const lifecycle = (selection: object) =>
  resource("aws:ecr/lifecyclePolicy:LifecyclePolicy", "registry", {
    policy: JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: "expire" } }] }),
  });

cases(registryKeepsRunningImages, {
  "fails if few images are kept": [
    lifecycle({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 30 }),
    ["rule 1 keeps 30 any images; expected 100 or more"],
  ],
  "fails if tagged images go by age": [
    lifecycle({ tagStatus: "tagged", countType: "sinceImagePushed", countNumber: 90 }),
    ["rule 1 expires tagged images by age; an image may run unchanged for longer"],
  ],
  "passes if many are kept": [lifecycle({ tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1000 }), []],
  "passes if only what has no tag goes": [
    lifecycle({ tagStatus: "untagged", countType: "sinceImagePushed", countNumber: 1 }),
    [],
  ],
});
