/**
 * What the real provider calls of AWS for each type that the program registers, by operation: the form of the tables
 * beside this file. The roles of docs/permissions are made from them (tools/permissions), and the twin judges a deployer by
 * them. A test holds them to what CloudFormation's own handlers need (test/unit/twin/services/deployer/handlers.json).
 */

/** The provider calls `read` after each of the other three as well. */
export type Operation = "create" | "read" | "update" | "delete";

/** The calls of one type. Actions are written as IAM writes them, `service:Action`. */
export interface TypeCalls extends Readonly<Record<Operation, readonly string[]>> {
  /** What the calls are about: `ec2:` and a kind of resource there, or an ARN with `{property}` for its variable parts. */
  readonly on: string;
  /** Where the calls are found: files of terraform-provider-aws (`internal/service/…`), schemas of CloudFormation. */
  readonly source: string;
}

/** By resource type, or by function of a provider. */
export type Calls = Readonly<Record<string, TypeCalls>>;

/** The calls of one type, mostly of one service; an action of another is written with its service. */
export function calls(
  service: string,
  on: string,
  source: string,
  names: Readonly<Partial<Record<Operation, string>>>,
): TypeCalls {
  const of = (operation: Operation) => actions(service, names[operation] ?? "");
  return { on, source, create: of("create"), read: of("read"), update: of("update"), delete: of("delete") };
}

/** Many actions of one service, by their names. */
export function actions(service: string, names: string): string[] {
  return names
    .split(" ")
    .filter((name) => name !== "")
    .map((name) => (name.includes(":") ? name : `${service}:${name}`));
}
