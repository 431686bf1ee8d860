import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";

/** XML as AWS's protocols use it: elements and text, no attributes but the namespace. */

export const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

const characters = Object.fromEntries(Object.entries(entities).map(([character, entity]) => [entity, character]));

/** A reader takes a carriage return that is not escaped for a line feed (XML 1.0, 2.11). */
const escapes: Record<string, string> = { ...entities, "\r": "&#xD;" };
const escaped = (text: string): string => text.replace(/[&<>"'\r]/g, (character) => escapes[character] ?? character);

/**
 * An element for each member; what is undefined is left out.
 * @param itemName the element of a list's item, from the list's own name
 */
export function toXml(members: Properties, itemName: (list: string) => string): string {
  const element = (name: string, value: unknown): string => {
    if (value === undefined || value === null) return "";
    return `<${name}>${content(name, value)}</${name}>`;
  };
  const content = (name: string, value: unknown): string => {
    if (value instanceof Date) return value.toISOString();
    if (Array.isArray(value)) return value.map((item) => element(itemName(name), item)).join("");
    if (value instanceof Map) return [...value].map(([key, one]) => element("entry", { key, value: one })).join("");
    if (typeof value === "object") return toXml(value as Properties, itemName);
    return escaped(String(value));
  };
  return Object.entries(members)
    .map(([name, value]) => element(name, value))
    .join("");
}

/** An element with what is in it, in its order. */
export interface Element {
  name: string;
  children: Element[];
  text: string;
}

/** @throws AwsError for what is not well-formed; comments and document types are not taken */
export function parseXml(xml: string): Element {
  const root: Element = { name: "", children: [], text: "" };
  const open = [root];
  const refuse = (): never => {
    throw new AwsError("MalformedInput", "The body is not well-formed XML.");
  };
  for (const [, closing, name = "", alone, text = ""] of xml
    .replace(/^\s*<\?xml[^>]*\?>/, "")
    .matchAll(/<(\/?)([A-Za-z][\w.]*)(?:\s+[\w:]+="[^"<]*")*\s*(\/?)>|([^<]+|<)/g)) {
    const current = open.at(-1) ?? root;
    if (name === "" && (text === "<" || (current === root && text.trim()))) refuse();
    else if (name === "") current.text += unescaped(text);
    else if (closing) {
      if (open.length === 1 || open.pop()?.name !== name) refuse();
    } else {
      const element: Element = { name, children: [], text: "" };
      current.children.push(element);
      if (!alone) open.push(element);
    }
  }
  const [only] = root.children;
  return open.length === 1 && root.children.length === 1 && only ? only : refuse();
}

/** Entities, and references to characters by their number (XML 1.0, 4.1), as AWS's clients write line ends. */
function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|\w+);/g, (reference, decimal, hexadecimal) => {
    if (decimal ?? hexadecimal) return characterOf(Number(decimal ?? `0x${hexadecimal}`));
    return characters[reference] ?? reference;
  });
}

/** @throws AwsError for what is no character of XML (XML 1.0, 2.2) */
function characterOf(code: number): string {
  const known = [9, 10, 13].includes(code) || (code >= 0x20 && code <= 0x10ffff);
  if (known && !(code > 0xd7ff && code < 0xe000) && code !== 0xfffe && code !== 0xffff)
    return String.fromCodePoint(code);
  throw new AwsError("MalformedInput", "The body is not well-formed XML.");
}

/** The members of an element; a list is an element whose only children have the name that `itemName` gives. */
export function membersOf(element: Element, itemName: (list: string) => string): Properties {
  return Object.fromEntries(element.children.map((child) => [child.name, contentOf(child, itemName)]));
}

function contentOf(element: Element, itemName: (list: string) => string): unknown {
  const { name, children, text } = element;
  if (children.length === 0) return text;
  const isList = children.every((child) => child.name === itemName(name));
  return isList ? children.map((child) => contentOf(child, itemName)) : membersOf(element, itemName);
}
