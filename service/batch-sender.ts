/**
 * SendMessageBatch without the SDK's middleware, which took most of ingest's own processor time: what is left of the SDK is
 * its configuration (credentials, endpoint, clock offset), its signer, and its retry strategy with its quota
 * (docs/decisions/0030-ingest-sends-batches-itself.md has the figures). The wire protocol is AWS JSON 1.0
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-json.html).
 */
import { hash } from "node:crypto";
import {
  type BatchResultErrorEntry,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SendMessageBatchResultEntry,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { getEndpointFromInstructions } from "@smithy/core/endpoints";
import { isServerError, isThrottlingError, isTransientError, StandardRetryStrategy } from "@smithy/core/retry";
import { Pool } from "undici";

export interface SendLimits {
  /** Connections, and so calls under way, at the most. */
  calls: number;
  tries: number;
  connectMs: number;
  /** For one try, connecting included. */
  answerMs: number;
}

export type BatchEntry = SendMessageBatchRequestEntry & { Id: string; MessageBody: string };

export interface BatchAnswer {
  Successful?: SendMessageBatchResultEntry[];
  Failed?: BatchResultErrorEntry[];
}

/** As the SDK's errors have it, for its retry strategy: `name` is AWS's code. */
class CallError extends Error {
  override readonly cause = undefined;
  readonly $metadata: { httpStatusCode: number; clockSkewCorrected?: true };

  constructor(name: string, message: string, httpStatusCode: number, clockSkewCorrected: boolean) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode, ...(clockSkewCorrected && { clockSkewCorrected }) };
  }
}

/** From this on a clock is corrected: SQS accepts signatures of 5 minutes before and after its own time. */
const SKEW_MS = 240_000;

type Signer = Awaited<ReturnType<SQSClient["config"]["signer"]>>;

interface Target {
  url: URL;
  pool: Pool;
  signer: Signer;
}

/** Sends SendMessageBatch with undici, signed and retried by the SDK's own parts. */
export class BatchSender {
  readonly #client: SQSClient;
  readonly #limits: SendLimits;
  readonly #retries: StandardRetryStrategy;
  #target: Promise<Target> | undefined;

  constructor(client: SQSClient, limits: SendLimits) {
    this.#client = client;
    this.#limits = limits;
    this.#retries = new StandardRetryStrategy(limits.tries);
  }

  /** @throws Error when the call failed and no further try is left, or where SQS did not get what was sent */
  async send(QueueUrl: string, entries: readonly BatchEntry[]): Promise<BatchAnswer> {
    this.#target ??= this.#resolve();
    const target = await this.#target;
    const body = JSON.stringify({ QueueUrl, Entries: entries });
    const answer = await this.#retried(() => this.#post(target, body));
    checkBodies(entries, answer);
    return answer;
  }

  async #resolve(): Promise<Target> {
    const { config } = this.#client;
    const { url } = await getEndpointFromInstructions({}, SendMessageBatchCommand, { ...config });
    const signingRegion = await config.region();
    const signer = await config.signer({ name: "sigv4", signingName: "sqs", signingRegion, properties: {} });
    const { calls, connectMs } = this.#limits;
    const pool = new Pool(url.origin, { connections: calls, connect: { timeout: connectMs } });
    return { url, pool, signer };
  }

  /** As the SDK's retryMiddleware does it; the strategy waits before it gives the next token. */
  async #retried<T>(attempt: () => Promise<T>): Promise<T> {
    let token = await this.#retries.acquireInitialRetryToken("");
    for (;;) {
      try {
        const result = await attempt();
        this.#retries.recordSuccess(token);
        return result;
      } catch (error) {
        const next = this.#retries.refreshRetryTokenForRetry(token, { errorType: errorTypeOf(error as Error) });
        token = await next.catch(() => {
          throw error;
        });
      }
    }
  }

  async #post({ url, pool, signer }: Target, body: string): Promise<BatchAnswer> {
    const { config } = this.#client;
    const offset = config.systemClockOffset;
    const unsigned = {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: {},
      headers: {
        host: url.host,
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.SendMessageBatch",
      },
      body,
    };
    const { headers } = await signer.sign(unsigned, { signingDate: new Date(Date.now() + offset) });
    const signal = AbortSignal.timeout(this.#limits.answerMs);
    const response = await pool.request({ method: "POST", path: url.pathname, headers, body, signal });
    const text = await response.body.text();
    if (response.statusCode === 200) return JSON.parse(text);
    throw errorOf(response.statusCode, text, this.#correctClock(response.headers.date, offset));
  }

  /** Whether the clock was off, and is corrected for the next try: by the Date of the answer, as in AwsSdkSigV4Signer. */
  #correctClock(date: string | string[] | undefined, offset: number): boolean {
    const server = Date.parse(String(date));
    if (Number.isNaN(server)) return false;
    const { config } = this.#client;
    config.systemClockOffset = server - Date.now();
    return Math.abs(config.systemClockOffset) >= SKEW_MS && config.systemClockOffset !== offset;
  }
}

/** What got no answer may be sent again: SQS drops what it has by its deduplication id. */
function errorTypeOf(error: Error) {
  if (!(error instanceof CallError)) return "TRANSIENT";
  if (isThrottlingError(error)) return "THROTTLING";
  if (isTransientError(error)) return "TRANSIENT";
  return isServerError(error) ? "SERVER_ERROR" : "CLIENT_ERROR";
}

/** `{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": …}`; a proxy may answer anything. */
function errorOf(status: number, text: string, clockSkewCorrected: boolean): CallError {
  let said: { __type?: string; message?: string; Message?: string } = {};
  try {
    said = JSON.parse(text);
  } catch {}
  const name = said.__type?.replace(/^.*#/, "") ?? `status ${status}`;
  return new CallError(name, said.message ?? said.Message ?? `SQS answered ${status}`, status, clockSkewCorrected);
}

/** As in the SDK's middleware-sdk-sqs: SQS stored what was sent, and not something that was changed on the way. */
function checkBodies(entries: readonly BatchEntry[], { Successful = [] }: BatchAnswer): void {
  const bodies = new Map(entries.map(({ Id, MessageBody }) => [Id, MessageBody]));
  for (const { Id = "", MD5OfMessageBody, MessageId } of Successful) {
    const body = bodies.get(Id);
    if (body === undefined || hash("md5", body, "hex") === MD5OfMessageBody) continue;
    throw new Error(`SQS stored another body than was sent (MD5), message ${MessageId}`);
  }
}
