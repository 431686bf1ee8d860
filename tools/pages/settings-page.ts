/** docs/settings.md: the documented types of stacks/settings.ts. */
import ts from "typescript";

interface Setting {
  path: string;
  meaning: string;
}

/** The page's text. */
export function settingsPage(source: string): string {
  const file = ts.createSourceFile("settings.ts", source, ts.ScriptTarget.Latest, true);
  const interfaces = new Map(
    file.statements.filter(ts.isInterfaceDeclaration).map((declaration) => [declaration.name.text, declaration]),
  );
  const settings = describe("Settings", "", interfaces);
  return [
    "# Settings",
    "",
    "After reading this page you can change a stack's settings: what `Pulumi.<stack>.yaml` may have under `order-queue:`. A wrong,",
    "missing or unknown setting is refused before any resource is registered, all problems at once, with file, path and value.",
    "Made from stacks/settings.ts by `npm run docs`.",
    "",
    "| setting | meaning |",
    "|---|---|",
    ...settings.map(({ path, meaning }) => `| \`${path}\` | ${meaning} |`),
    "",
  ].join("\n");
}

function describe(name: string, prefix: string, interfaces: Map<string, ts.InterfaceDeclaration>): Setting[] {
  return Array.from(interfaces.get(name)?.members ?? [])
    .filter(ts.isPropertySignature)
    .flatMap((member) => {
      const list = member.type?.getText().startsWith("readonly ") ? "[]" : "";
      const path = `${prefix}${member.name.getText()}`;
      const type = member.type?.getText().replace(/^readonly |\[\]$| \| undefined$/g, "") ?? "";
      const setting = { path, meaning: meaningOf(member) };
      return interfaces.has(type) ? [setting, ...describe(type, `${path}${list}.`, interfaces)] : [setting];
    });
}

function meaningOf(member: ts.PropertySignature): string {
  const text = ts.getJSDocCommentsAndTags(member).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? "");
  return text.join(" ").replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
}
