/** The words that no page, message or comment has, with what to write instead. */
export interface Word {
  /** Phrases, separated by `|`; a space stands for any white space. Regular expressions, matched as whole words, in any case. */
  not: string;
  /** What a reader can search for at AWS, at Pulumi, and in books about operation. */
  but: string;
}

export const words: readonly Word[] = [
  { not: "mend(?:s|ed|ing)?", but: "fix; in output `Fix:`" },
  { not: "told(?! apart)|untold", but: "notified; a notification is sent; reported" },
  { not: "told apart", but: "distinguished" },
  { not: "somebody|someone", but: "the system or role that acts; a notification is sent" },
  { not: "nobody", but: "no; not …; no notification is sent" },
  { not: "anybody|everybody", but: "the role that acts: a developer, the on-call engineer, a caller" },
  { not: "go(?:es|ing)? on|went on|gone on", but: "continues" },
  { not: "go(?:es|ing)? back|went back|gone back", but: "rolls back; returns" },
  { not: "tak(?:e|es|en|ing) back|took back", but: "rolls back; rolled back" },
  {
    not: "(?:is|are|was|were|be|been|being|puts?|faults|tests?|changes?) put to|puts? (?:each|it|them|faults) to|put(?:s|ting)?(?: \\w+){0,3} to the system",
    but: "run against",
  },
  { not: "tried on", but: "run against; tested in" },
  { not: "hazards?", but: "plan checks" },
  { not: "objections?", but: "findings" },
  { not: "(?:gate|program|rollback|plan|check|policy)(?:'s)? refusals?", but: "findings; rollback guards; errors" },
  { not: "beforehand", but: "prerequisites; before …" },
  { not: "(?:the |likely |known )causes", but: "diagnosis rules" },
  { not: "fates?", but: "retry policy; result" },
  { not: "dead letters?", but: "dead-lettered messages; redrive" },
  {
    not: "(?:the|each|its|no|such a|whose) letters?",
    but: "dead-lettered message; character",
  },
  {
    not: "goals? (?:is|are|was|were|it|they)? ?(?:held|kept)|(?:held|kept|holds|keeps|hold|keep) (?:its |the |their |every |all )?goals?|goals? held",
    but: "met; missed",
  },
  { not: "hid(?:e|es|den|ing)", but: "invisible (visibility timeout)" },
  { not: "(?:un)?known again", but: "resolved; unknown value" },
  { not: "made by hand|by hand", but: "manually; manual change" },
  { not: "kinds? of stores?", but: "store class" },
  { not: "does not prove|did not prove", but: "differs from what staging verified" },
  { not: "what (?:came|comes|became) of", but: "the result of" },
  { not: "who says so|nobody's|left alone", but: "the fact itself, with its subject" },
  { not: "anew", but: "again" },
  { not: "hears? of|heard of", but: "is notified of; receives" },
  { not: "whoever", but: "the role or process that acts" },
  { not: "(?:is|are|was|were) away", but: "is down" },
  { not: "well again", but: "recovered" },
];
