import { query } from "../../api/protocols/query.ts";
import { action, type Service } from "../../api/service.ts";

/** AWS Security Token Service. Sources: STS API reference; "GetCallerIdentity" needs no permission. */
export const sts: Service = {
  name: "sts",
  protocols: [query],
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  version: "2011-06-15",
  invalid: "ValidationError",
  actions: {
    GetCallerIdentity: action({}, (_input, { caller, account }) => ({
      Arn: caller.arn,
      UserId: caller.userId,
      Account: account,
    })),
  },
};
