/** What one type of the program needs of AWS. Actions are written as IAM writes them, `service:Action`. */
export interface Use {
  /** All that a preview or a refresh calls. */
  readonly read: readonly string[];
  /** What creating, updating, deleting and tagging call beside. */
  readonly write: readonly string[];
  /** Where the calls are found. */
  readonly source: string;
}

/** By resource type, or by function of a provider. */
export type Uses = Readonly<Record<string, Use>>;

/** Many actions of one service, by their names. */
export function actions(service: string, names: string): string[] {
  return names.split(" ").map((name) => `${service}:${name}`);
}
