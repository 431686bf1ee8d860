import type { Service } from "../../twin/api/service.ts";

/** The page of what AWS CLI and SDKs can call on the twin, from the lists at the end of its services' files. */
export function actionsPage(services: readonly Pick<Service<never>, "name" | "actions">[]): string {
  const rows = services.map(
    ({ name, actions }) =>
      `| ${name} | ${Object.keys(actions)
        .sort()
        .map((action) => `\`${action}\``)
        .join(", ")} |`,
  );
  return `# What AWS CLI and SDKs can call on the twin

After reading this page you know which actions of AWS's APIs the twin answers. \`npm run docs\` writes this page.

Any other action, parameter or filter is refused by name. The service is named as in a request's signature. \`npm run clients\` runs AWS CLI 1 and
boto3 against a twin and compares exact values.

| service | actions |
|---|---|
${rows.join("\n")}
`;
}
