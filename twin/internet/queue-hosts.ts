import type { RequestListener } from "node:http";
import type { Authority } from "./authority.ts";
import { HttpsHost } from "./https-host.ts";

/** Whether a name is one of them. */
export const isQueueHost = (host: string): boolean => /^([a-z0-9-]+\.)?queue\.amazonaws\.com$/.test(host);

/**
 * SQS under the names that AWS CLI version 1 insists on: it takes `REGION.queue.amazonaws.com` for its endpoint and leaves
 * AWS_ENDPOINT_URL_SQS aside (aws-cli, awscli/customizations/overridesslcommonname.py). AWS_CA_BUNDLE makes it trust the certificate.
 */
export class QueueHosts extends HttpsHost {
  constructor(listener: RequestListener, authority: Authority) {
    super(listener, authority, (asked) => asked);
  }
}
