import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import rpc from "@pulumi/pulumi/proto/provider_pb.js";
import { type Properties, Store } from "../../../../../twin/core/store.ts";
import { Refusals } from "../../../../../twin/pulumi/refusals.ts";
import { serve } from "../../../../../twin/pulumi/server.ts";
import { fromStruct, toStruct, UNKNOWN } from "../../../../../twin/pulumi/values.ts";
import { tls } from "../../../../../twin/services/tls/resources.ts";

const urn = (type: string) => `urn:pulumi:prod-au::order-queue::${type}::containers`;
const token = "tls:index/selfSignedCert:SelfSignedCert";

// biome-ignore lint/suspicious/noExplicitAny: each method has messages of its own
type Message = any;

let store: Store;
let server: { port: number; close(): void };
let client: Message;
const send = (method: string, request: Message): Promise<Message> => promisify(client[method].bind(client))(request);

beforeEach(async () => {
  store = new Store(":memory:");
  server = await serve(tls, { store, account: "123456789012", refusals: new Refusals() });
  const { ResourceProviderClient } = services as Message;
  client = new ResourceProviderClient(`127.0.0.1:${server.port}`, grpc.credentials.createInsecure());
});

afterEach(() => {
  client.close();
  server.close();
  store.close();
});

const configure = (args: Properties = {}) => send("configure", new rpc.ConfigureRequest().setArgs(toStruct(args)));

async function create(type: string, given: Properties): Promise<{ id: string; inputs: Properties; state: Properties }> {
  const checked = await send("check", new rpc.CheckRequest().setUrn(urn(type)).setNews(toStruct(given)));
  expect(checked.getFailuresList()).toEqual([]);
  const made = await send("create", new rpc.CreateRequest().setUrn(urn(type)).setProperties(checked.getInputs()));
  return { id: made.getId(), inputs: fromStruct(checked.getInputs()), state: fromStruct(made.getProperties()) };
}

async function certificate(earlyRenewalHours: number) {
  await configure({ version: "5.6.1" });
  const key = await create("tls:index/privateKey:PrivateKey", { algorithm: "ED25519" });
  return create(token, {
    privateKeyPem: key.state.privateKeyPem,
    dnsNames: ["ingest.local"],
    allowedUses: ["server_auth"],
    validityPeriodHours: 24,
    earlyRenewalHours,
  });
}

const diffOf = ({ id, inputs, state }: Awaited<ReturnType<typeof certificate>>) =>
  send(
    "diff",
    new rpc.DiffRequest()
      .setUrn(urn(token))
      .setId(id)
      .setOlds(toStruct(state))
      .setOldInputs(toStruct(inputs))
      .setNews(toStruct(inputs)),
  );

const readOf = async ({ id, state }: Awaited<ReturnType<typeof certificate>>) => {
  const request = new rpc.ReadRequest().setUrn(urn(token)).setId(id).setProperties(toStruct(state));
  return fromStruct((await send("read", request)).getProperties());
};

test("an unchanged certificate before its early renewal is not renewed", async () => {
  const made = await certificate(1);
  const response = await diffOf(made);
  expect(response.getChanges()).toBe(rpc.DiffResponse.DiffChanges.DIFF_NONE);
  expect(response.getReplacesList()).toEqual([]);
  expect(await readOf(made)).toEqual(made.state);
});

test("an unchanged certificate within its early renewal is replaced, the new one first, and a refresh says why", async () => {
  const made = await certificate(24);
  const response = await diffOf(made);
  expect(response.getChanges()).toBe(rpc.DiffResponse.DiffChanges.DIFF_SOME);
  expect(response.getReplacesList()).toEqual(["readyForRenewal"]);
  expect(response.getDeletebeforereplace()).toBe(false);
  const detail = response.getDetaileddiffMap().get("readyForRenewal");
  expect(detail.getKind()).toBe(rpc.PropertyDiff.Kind.UPDATE_REPLACE);
  expect(detail.getInputdiff()).toBe(false);
  expect(await readOf(made)).toEqual({ ...made.state, readyForRenewal: true });
});

test("a preview of a new certificate knows its inputs only", async () => {
  const { inputs } = await certificate(1);
  const request = new rpc.CreateRequest().setUrn(urn(token)).setProperties(toStruct(inputs)).setPreview(true);
  expect(fromStruct((await send("create", request)).getProperties())).toMatchObject({
    dnsNames: ["ingest.local"],
    certPem: UNKNOWN,
    validityEndTime: UNKNOWN,
    readyForRenewal: UNKNOWN,
  });
});

test("a provider setting is refused by name", async () => {
  await expect(configure({ proxy: '{"url":"http://proxy.example"}' })).rejects.toThrow(
    "the twin does not model provider setting proxy of tls; it models none",
  );
});
