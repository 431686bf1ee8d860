/** Patterns of the parity contract. */

/** @param pattern type and logical name, as `aws:ecs/service:Service {stack}-*`; every name where it names none */
export function matchesResource(pattern: string, { type, name }: { type: string; name: string }): boolean {
  const [ofType, ofName = "*"] = pattern.split(" ") as [string, string?];
  return matches(ofType, type) && matches(ofName, name);
}

/** `*` stands for anything but a dot or bracket, `**` for anything. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replaceAll("**", "\0")
    .replaceAll("*", "[^.[\\]]*")
    .replaceAll("\0", ".*");
  return new RegExp(`^${source}$`).test(text);
}
