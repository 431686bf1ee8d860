import { randomUUID } from "node:crypto";
import { AwsError } from "../../core/errors.ts";
import type { Properties } from "../../core/store.ts";
import type { Protocol, WireRequest } from "./protocol.ts";
import { declaration, toXml } from "./xml.ts";

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
const singular = (list: string): string => list.replace(/s$/, "");
/** The lists without an element around them. */
const flattened = ["Contents", "CommonPrefixes"];

/**
 * S3's form of REST XML, with the bucket in the path (AmazonS3/latest/API): the operation is in the method, the path and the
 * query; an answer's `Body` is the object, its other members are headers.
 */
export const s3Rest: Protocol = {
  speaks: () => true,
  read: (request) => ({ action: operationOf(request), input: inputOf(request) }),
  answer: (_action, { Root, Body, Headers = {}, ...members }) => {
    if (Body !== undefined || !Root) return { status: 200, headers: Headers, body: Body ?? "" };
    const inner = Object.entries(members).flatMap(([name, value]) =>
      flattened.includes(name)
        ? value.map((item: unknown) => toXml({ [name]: item }, singular))
        : [toXml({ [name]: value }, singular)],
    );
    const body = `${declaration}<${Root} xmlns="${namespace}">${inner.join("")}</${Root}>`;
    return { status: 200, headers: { "content-type": "application/xml" }, body };
  },
  refuse: ({ code: Code, message: Message, status }) => ({
    ...{ status, headers: { "content-type": "application/xml" } },
    body: `${declaration}<Error>${toXml({ Code, Message, RequestId: randomUUID() }, singular)}</Error>`,
  }),
};

function partsOf({ path }: WireRequest): { Bucket?: string; Key?: string } {
  const [Bucket, ...key] = decodeURIComponent(path).split("/").slice(1);
  return { ...(Bucket && { Bucket }), ...(key.join("/") && { Key: key.join("/") }) };
}

function operationOf(request: WireRequest): string {
  const { Bucket, Key } = partsOf(request);
  if (request.method === "GET" && !Bucket) return "ListBuckets";
  if (request.method === "GET" && !Key && request.query.get("list-type") === "2") return "ListObjectsV2";
  if (request.method === "HEAD") return Key ? "HeadObject" : "HeadBucket";
  if (request.method === "GET" && Key && subresources(request).length === 0) return "GetObject";
  const asked = [request.method, request.path, ...subresources(request)].join(" ");
  throw new AwsError("NotImplemented", `${asked} is no operation of S3 that is modelled`, 501);
}

/** `?acl` and the like; an SDK says in `x-id` which operation it means. */
const subresources = ({ query }: WireRequest): string[] => [...query.keys()].filter((name) => name !== "x-id");

function inputOf(request: WireRequest): Properties {
  const asked = [...request.query].filter(([name]) => !["list-type", "x-id"].includes(name));
  const { range } = request.headers;
  return { ...partsOf(request), ...Object.fromEntries(asked), ...(range && { Range: range }) };
}
