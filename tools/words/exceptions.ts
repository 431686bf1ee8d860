/** What the lint of words does not check, with the reason. */
export interface Exception {
  /** A file, or the beginning of the paths of several. */
  file: string;
  /** Part of the sentence, with single spaces; without it all of the file. */
  text?: string;
  reason: string;
}

export const exceptions: readonly Exception[] = [
  { file: "twin/services/sqs/attributes.ts", text: "Dead letter target does not exist.", reason: "SQS's words" },
  { file: "twin/services/sqs/moves.ts", text: "configured as a Dead Letter Queue.", reason: "SQS's words" },
  {
    file: "test/integration/twin/services/sqs/recorded.test.ts",
    text: "Dead letter target does not exist.",
    reason: "SQS's words",
  },
  {
    file: "test/integration/twin/services/sqs/recorded.test.ts",
    text: "configured as a Dead Letter Queue.",
    reason: "SQS's words",
  },
  { file: "tools/words/", reason: "has the words themselves" },
  { file: "test/unit/tools/words/", reason: "has the words themselves" },
  { file: "docs/change-safety.md", reason: "quotes docs/measured/; its own words are in drills/change-safety-page.ts" },
  { file: "test/integration/service/ingest.test.ts", text: "got nobody", reason: "nobody is the name of a store" },
  {
    file: "test/integration/twin/services/elbv2/behaviour.test.ts",
    text: "nobody.…",
    reason: "nobody is the name of a host",
  },
];
