import { z } from "zod";
import { AwsError } from "../core/errors.ts";
import type { Properties, Store } from "../core/store.ts";
import type { Named, Protocol } from "./protocols/protocol.ts";
import type { Caller } from "./signature.ts";

/** One call of an AWS API. A service that needs more than the store extends it with what it uses. */
export interface ApiCall {
  store: Store;
  /** From the signature's credential scope; services without regions ignore it. */
  region: string;
  account: string;
  caller: Caller;
  /** For what waits, as a long poll: whether its caller is still there. */
  connection: Connection;
}

/** The caller's end of a call, as far as an action needs it: a `ServerResponse` is one. */
export interface Connection {
  readonly destroyed: boolean;
  readonly closed: boolean;
  on(event: "close", listener: () => void): unknown;
  off(event: "close", listener: () => void): unknown;
}

/** One operation of an API: the parameters that are modelled, any other is refused by name, and what it answers. */
export interface Action<Call extends ApiCall = ApiCall> {
  input: z.ZodType<Properties>;
  /** Members by AWS's names; a `Date` is written as the protocol writes times. */
  run: (input: Properties, call: Call) => Properties | Promise<Properties>;
}

export interface Service<Call extends ApiCall = ApiCall> extends Named {
  /** As in the signature's credential scope. */
  name: string;
  /** The ways in which its clients speak with it. */
  protocols: readonly Protocol[];
  /** Its code for an input that it refuses. */
  invalid: string;
  /**
   * Stands before each action of a service that containers call, instead of the rule that a task may call nothing: false
   * when the call's packets never arrived.
   *
   * @throws AwsError when the caller may not make it
   */
  admit?: (action: string, input: Properties, call: Call, authorization: string | undefined) => Promise<boolean>;
  actions: Record<string, Action<Call>>;
}

/** @param shape what is modelled of the operation's parameters */
export function action<S extends z.ZodRawShape, Call extends ApiCall>(
  shape: S,
  run: (input: z.infer<z.ZodObject<S>>, call: Call) => Properties | Promise<Properties>,
): Action<Call> {
  return { input: z.strictObject(shape) as unknown as Action["input"], run: run as Action<Call>["run"] };
}

/** Numbers and truth come as text over the query protocol and in URLs. */
export const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
export const truth = z.union([z.boolean(), z.stringbool()]);
export const texts = z.array(z.string());

/** Seconds since 1970 over JSON, ISO 8601 over the query protocol. */
export const instant = z
  .union([z.number().transform((seconds) => new Date(seconds * 1000)), z.string().transform((text) => new Date(text))])
  .refine((date) => !Number.isNaN(date.getTime()), "expected a time");

/** The page of a list that a token stands for; the token is the place of its first item. */
export function page<T>(all: readonly T[], size: number, token: string | undefined): { items: T[]; next?: string } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, "base64url").toString());
  if (!Number.isInteger(from) || from < 0) throw new AwsError("InvalidParameterException", "Invalid token");
  const next = from + size < all.length && Buffer.from(String(from + size)).toString("base64url");
  return { items: all.slice(from, from + size), ...(next && { next }) };
}

/** The last part of an ARN, or the name itself: most parameters take either. */
export const nameOf = (arnOrName: string): string => arnOrName.split("/").at(-1) ?? arnOrName;

/** Undefined stays so; times are kept as text in the twin. */
export const date = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text));
