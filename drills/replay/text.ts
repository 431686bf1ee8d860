/** Words as they stand in HTML and SVG. Pure. */
const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Escapes `&`, `<`, `>` and `"`. */
export function text(words: string): string {
  return words.replace(/[&<>"]/g, (letter) => entities[letter] ?? letter);
}
