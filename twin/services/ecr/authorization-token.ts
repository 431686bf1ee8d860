import { z } from "zod";
import type { DataSource } from "../../pulumi/define.ts";
import { registryHost } from "./repository.ts";

export const getAuthorizationToken: DataSource = {
  token: "aws:ecr/getAuthorizationToken:getAuthorizationToken",
  inputs: z.strictObject({ registryId: z.string().optional(), region: z.string().optional() }),
  read: (_inputs, call) => {
    const password = `twin-${call.account}-${call.region}`;
    return {
      id: call.region,
      region: call.region,
      userName: "AWS",
      password,
      authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
      proxyEndpoint: `https://${registryHost(call)}`,
      expiresAt: new Date(Date.now() + 12 * 3600_000).toISOString(),
    };
  },
};
