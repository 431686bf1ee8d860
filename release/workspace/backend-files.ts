/**
 * The files of a backend that the engine keeps in a folder or a bucket (pulumi pkg/backend/diy). Reading them starts no
 * engine, which for thirty stacks would take half a minute
 * (docs/decisions/0043-status-reads-the-backends-files.md).
 */
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import type { S3Client } from "@aws-sdk/client-s3";
import { clientSettings } from "./aws.ts";
import type { BackendLocation } from "./location.ts";

/** Paths are relative to the backend, with forward slashes. */
export interface BackendFiles {
  /** Names of the files in a folder, sorted; none where there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** A file's text, decompressed; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
}

/** The files of a location's backend; undefined where it is no folder and no bucket of S3, such as Pulumi Cloud. */
export async function backendFiles(location: BackendLocation): Promise<BackendFiles | undefined> {
  const url = { ...process.env, ...location.environment }.PULUMI_BACKEND_URL ?? "";
  if (url.startsWith("file://")) return folderFiles(folderOf(url));
  return url.startsWith("s3://") ? bucketFiles(location, new URL(url)) : undefined;
}

/** Folder of a `file://` URL, which may begin with `~` or be relative (pkg/backend/diy/backend.go, massageBlobPath). */
function folderOf(url: string): string {
  const path = url.replace(/^file:\/\/|\?.*$/g, "");
  return /^~(\/|$)/.test(path) ? join(homedir(), path.slice(1)) : resolve(path);
}

function folderFiles(root: string): BackendFiles {
  const found = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  };
  return {
    list: async (folder) => (found(() => readdirSync(join(root, folder))) ?? []).sort(),
    read: async (path) => found(() => textOf(readFileSync(join(root, path)))),
  };
}

/**
 * The URL's path is a prefix of every key. Its query is that of gocloud.dev (blob/s3blob/s3blob.go, aws/aws.go), and what
 * the engine still takes of the names before (pkg/backend/diy/backend.go, translateLegacyS3Params).
 */
async function bucketFiles(
  location: BackendLocation,
  { hostname, pathname, searchParams }: URL,
): Promise<BackendFiles> {
  const { GetObjectCommand, ListObjectsV2Command, S3Client } = await import("@aws-sdk/client-s3");
  const region = searchParams.get("region") ?? process.env.AWS_REGION ?? "us-east-1";
  const settings = clientSettings(location, region, "S3");
  const endpoint = endpointOf(searchParams) ?? settings.endpoint;
  const flag = (name: string) => /^(1|t|true)$/i.test(searchParams.get(name) ?? "");
  const profile = searchParams.get("profile");
  const client: S3Client = new S3Client({
    ...settings,
    ...(endpoint !== undefined && { endpoint }),
    ...(profile !== null && { profile }),
    forcePathStyle: flag("use_path_style") || flag("s3ForcePathStyle"),
  });
  const prefix = pathname.replace(/^\/+|\/+$/g, "");
  const key = (path: string) => (prefix === "" ? path : `${prefix}/${path}`);
  return {
    list: async (folder) => {
      const Prefix = `${key(folder)}/`;
      const names: string[] = [];
      let next: string | undefined;
      do {
        const asked = {
          Bucket: hostname,
          Prefix,
          Delimiter: "/",
          ...(next !== undefined && { ContinuationToken: next }),
        };
        const { Contents = [], NextContinuationToken } = await client.send(new ListObjectsV2Command(asked));
        names.push(...Contents.flatMap(({ Key }) => (Key === undefined ? [] : [Key.slice(Prefix.length)])));
        next = NextContinuationToken;
      } while (next !== undefined);
      return names.sort();
    },
    read: async (path) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: hostname, Key: key(path) }));
        return Body && textOf(Buffer.from(await Body.transformToByteArray()));
      } catch (error) {
        if ((error as Error).name === "NoSuchKey") return undefined;
        throw error;
      }
    },
  };
}

function endpointOf(query: URLSearchParams): string | undefined {
  const endpoint = query.get("endpoint");
  if (endpoint === null) return undefined;
  return endpoint.includes("://") ? endpoint : `${query.get("disableSSL") === "true" ? "http" : "https"}://${endpoint}`;
}

/** The engine compresses with gzip or zstd where PULUMI_DIY_BACKEND_GZIP and the like are set; the first bytes say so. */
function textOf(bytes: Buffer): string {
  const magic = bytes.subarray(0, 4).toString("hex");
  if (magic.startsWith("1f8b")) return gunzipSync(bytes).toString();
  return (magic === "28b52ffd" ? zstdDecompressSync(bytes) : bytes).toString();
}
