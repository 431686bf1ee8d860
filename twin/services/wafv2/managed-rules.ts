/**
 * Some of AWS's managed rules, those that look at the request line, the headers and the size of the body. Not modelled: the
 * rules that look into a body, a query's arguments or cookies, and versions of a group.
 * Source: AWS WAF developer guide, "Baseline rule groups" (aws-managed-rule-groups-baseline.html).
 */
export interface Inspected {
  /** Of the client. */
  address: string;
  method: string;
  host: string;
  /** With its query. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** As the request declares it. */
  bodyBytes: number;
}

type Matches = (request: Inspected) => boolean;

const pathOf = ({ path }: Inspected): string => path.split("?")[0] ?? "";
const queryOf = ({ path }: Inspected): string => path.split("?").slice(1).join("?");
const headersOf = ({ headers }: Inspected): string => Object.values(headers).flat().join("\n");
const jndi = /\$\{jndi:(ldap|rmi|dns|iiop|corba|nis|nds)s?:\/?\/?/i;

/** By the group's name, then by the rule's. */
export const managedRules: Readonly<Record<string, Readonly<Record<string, Matches>>>> = {
  AWSManagedRulesCommonRuleSet: {
    NoUserAgent_HEADER: ({ headers }) => !headers["user-agent"],
    UserAgent_BadBots_HEADER: ({ headers }) => /nessus|nmap/i.test(String(headers["user-agent"] ?? "")),
    SizeRestrictions_QUERYSTRING: (request) => queryOf(request).length > 2_048,
    SizeRestrictions_Cookie_HEADER: ({ headers }) => String(headers.cookie ?? "").length > 10_240,
    SizeRestrictions_BODY: ({ bodyBytes }) => bodyBytes > 8_192,
    SizeRestrictions_URIPATH: (request) => pathOf(request).length > 1_024,
    GenericLFI_URIPATH: (request) => /(^|\/)\.\.\/\.\.\//.test(decoded(pathOf(request))),
    RestrictedExtensions_URIPATH: (request) => /\.(log|ini)$/i.test(pathOf(request)),
  },
  AWSManagedRulesKnownBadInputsRuleSet: {
    Host_localhost_HEADER: ({ host }) => /localhost/i.test(host),
    PROPFIND_METHOD: ({ method }) => method === "PROPFIND",
    ExploitablePaths_URIPATH: (request) => /\/web-inf\b/i.test(pathOf(request)),
    Log4JRCE_HEADER: (request) => jndi.test(headersOf(request)),
    Log4JRCE_QUERYSTRING: (request) => jndi.test(decoded(queryOf(request))),
    Log4JRCE_URIPATH: (request) => jndi.test(decoded(pathOf(request))),
  },
};

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
