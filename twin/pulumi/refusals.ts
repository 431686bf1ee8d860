/** AWS's control plane while it refuses: what runs continues; nothing of these types can be created, changed or deleted. */
export class Refusals {
  /** Pulumi tokens; `*` at the end stands for anything. */
  types: readonly string[] = [];

  /** @throws Error in AWS's words */
  check(token: string): void {
    const refused = this.types.some((type) =>
      type.endsWith("*") ? token.startsWith(type.slice(0, -1)) : token === type,
    );
    if (refused)
      throw new Error(`${token}: ServiceUnavailable: the service is temporarily unable to handle the request`);
  }
}
