/** The files of a backend in a folder and in a bucket, laid out as the engine does (pulumi pkg/backend/diy). */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { pMapKeyed } from "p-map";
import { backendFiles } from "../../../../release/workspace/backend-files.ts";
import { fileReader, type StackReader } from "../../../../release/workspace/stack-reader.ts";

const root = resolve(import.meta.dirname, "../../../..");
const folder = mkdtempSync(join(tmpdir(), "backend-files-"));
const environment = { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" };

const deployment = { manifest: {}, resources: [{ urn: "urn:of-the-stack", type: "pulumi:pulumi:Stack" }] };
const checkpoint = JSON.stringify({ version: 3, checkpoint: { stack: "prod-au", latest: deployment } });
const update = (message: string, startTime: number) =>
  JSON.stringify({ kind: "update", result: "succeeded", message, startTime, endTime: startTime + 60, version: 0 });
const stopped = { pid: 2 ** 22 + 1, username: "anna", hostname: hostname(), timestamp: "2026-07-28T00:00:00Z" };
const elsewhere = { pid: 7, username: "ci", hostname: "runner-1", timestamp: "2026-07-28T01:00:00Z" };
const history = ".pulumi/history/order-queue/prod-au/prod-au";

/** More updates than S3 lists at once (S3 API reference, ListObjectsV2: 1,000 keys): each has two files. */
const many = Array.from({ length: 501 }, (_, index) => 1_785_196_800 + index * 100);

const files: [path: string, content: string | Buffer][] = [
  [".pulumi/stacks/order-queue/prod-au.json", checkpoint],
  [".pulumi/stacks/order-queue/prod-au.json.bak", "{}"],
  [".pulumi/stacks/order-queue/prod-au.pulumi-tags", JSON.stringify({ version: 1, tags: { a: "b" } })],
  [".pulumi/stacks/order-queue/prod-eu.json.gz", gzipSync(checkpoint)],
  [".pulumi/stacks/order-queue/staging.json.zst", zstdCompressSync(Buffer.from(checkpoint))],
  ...many.flatMap((seconds): [string, string][] => [
    [`${history}-${seconds}000000000.history.json`, update(`update at ${seconds}`, seconds - 60)],
    [`${history}-${seconds}000000000.checkpoint.json`, "{}"],
  ]),
  [`.pulumi/history/order-queue/prod-eu/prod-eu-${many[0]}000000000.history.json.gz`, gzipSync(update("gz", 60))],
  [".pulumi/locks/organization/order-queue/prod-au/1.json", JSON.stringify(stopped)],
  [".pulumi/locks/organization/order-queue/prod-au/2.json", JSON.stringify(elsewhere)],
];

let server: ChildProcess;
let address: string;

async function startS3(): Promise<void> {
  server = spawn(process.execPath, [join(import.meta.dirname, "s3-process.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  [address] = (await once(createInterface({ input: server.stdout as NodeJS.ReadableStream }), "line")) as [string];
  const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
  const client = new S3Client({ region: "ap-southeast-2", endpoint: address, credentials, forcePathStyle: true });
  const put = (Body: string | Buffer, path: string) =>
    client.send(new PutObjectCommand({ Bucket: "state", Key: `team/${path}`, Body }));
  await pMapKeyed(new Map(files), put, { concurrency: 20 });
  client.destroy();
}

beforeAll(async () => {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  await startS3();
});
afterAll(async () => {
  server.kill();
  await once(server, "close");
  rmSync(folder, { recursive: true });
});

async function readerAt(url: string): Promise<StackReader> {
  const found = await backendFiles({ root, environment: { ...environment, PULUMI_BACKEND_URL: url } });
  if (!found) throw new Error(`${url} has no files`);
  return fileReader(found);
}

describe.each([
  ["a folder", () => `file://${folder}?metadata=skip`],
  ["a bucket", () => `s3://state/team?region=ap-southeast-2&endpoint=${address}&s3ForcePathStyle=true`],
  [
    "a bucket, in the older words",
    () => `s3://state/team/?endpoint=${address.replace("http://", "")}&disableSSL=true&use_path_style=1`,
  ],
])("a backend in %s", (_, url) => {
  let reader: StackReader;
  beforeAll(async () => {
    reader = await readerAt(url());
  });

  test.each(["prod-au", "prod-eu", "staging"])("has the state of %s, compressed or not", async (stack) => {
    expect(await reader.deployment(stack)).toEqual(deployment);
  });

  test("has every update, the newest first, as `pulumi stack history` prints it", async () => {
    const updates = await reader.updates("prod-au");
    expect([updates.length, updates[0]?.version, updates.at(-1)?.version]).toEqual([501, 501, 1]);
    expect(updates[0]?.at).toBe((many.at(-1) ?? 0) * 1000);
    expect(await updates.at(-1)?.read()).toEqual({
      ...{ kind: "update", result: "succeeded", message: `update at ${many[0]}`, version: 0 },
      ...{ startTime: "2026-07-27T23:59:00.000Z", endTime: "2026-07-28T00:00:00.000Z" },
    });
    const [compressed] = await reader.updates("prod-eu");
    expect(await compressed?.read()).toMatchObject({ message: "gz", startTime: "1970-01-01T00:01:00.000Z" });
  });

  test("has its locks, and which process of this machine no longer runs", async () => {
    expect(await reader.locks("prod-au")).toEqual([
      { owner: `anna@${hostname()} (process ${stopped.pid})`, since: stopped.timestamp, abandoned: true },
      { owner: "ci@runner-1 (process 7)", since: elsewhere.timestamp, abandoned: false },
    ]);
  });

  test("has its tags", async () => {
    expect(await reader.tags("prod-au")).toEqual({ a: "b" });
  });

  test("has nothing of a stack that does not exist", async () => {
    const all = [reader.deployment("x"), reader.updates("x"), reader.locks("x"), reader.tags("x")];
    expect(await Promise.all(all)).toEqual([{}, [], [], {}]);
  });
});

test("a bucket that does not exist is an error, and not an empty stack", async () => {
  const reader = await readerAt(`s3://other?region=ap-southeast-2&endpoint=${address}&s3ForcePathStyle=true`);
  await expect(reader.deployment("prod-au")).rejects.toThrow(/bucket/i);
});

test("Pulumi Cloud and other buckets have no files that are read here", async () => {
  for (const PULUMI_BACKEND_URL of ["https://api.pulumi.com", "gs://state", ""])
    expect(await backendFiles({ root, environment: { PULUMI_BACKEND_URL } })).toBeUndefined();
});
