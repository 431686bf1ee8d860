/** Real DNS over UDP: a name server that answers for one name, and never for others. */
import { createSocket, type Socket } from "node:dgram";
import { promises } from "node:dns";
import { once } from "node:events";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { postOrder } from "../../../service/erp.ts";
import { createErpAgent } from "../../../service/erp-agent.ts";
import { parseOrder } from "../../../service/order.ts";
import { type PublicSide, startPublicSide } from "../../unit/infra/public-side.ts";
import { type Erp, endAll, order as orderText, startErp } from "./fixture.ts";

const LIMITS = { timeoutMs: 10_000, attempts: 1 };
/** Seconds for which the answers may be kept. */
const TTL = 60;

let server: Socket;
/** Names that were asked for, with the type of record. */
let queries: string[];
let erp: Erp;
let agent: ReturnType<typeof createErpAgent>;

beforeEach(async () => {
  queries = [];
  server = createSocket("udp4");
  server.on("message", (query, { port, address }) => {
    const { name, type } = questionOf(query);
    queries.push(`${type} ${name}`);
    if (name === "well.example") server.send(answerTo(query, type === 1), port, address);
  });
  server.bind(0, "127.0.0.1");
  await once(server, "listening");
  erp = await startErp();
  const resolver = new promises.Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  agent = createErpAgent(resolver);
});
afterEach(async () => {
  await agent.destroy();
  server.close();
  await endAll();
});

/** RFC 1035, 4.1.2. */
function questionOf(query: Buffer): { name: string; type: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("ascii", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1) };
}

/** RFC 1035, 4.1.3: the question again, and 127.0.0.1 where an A record was asked for. */
function answerTo(query: Buffer, hasAddress: boolean): Buffer {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt32BE(0, 8);
  header.writeUInt16BE(hasAddress ? 1 : 0, 6);
  const record = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, TTL, 0, 4, 127, 0, 0, 1]);
  return Buffer.concat([header, question, ...(hasAddress ? [record] : [])]);
}

const post = (host: string) => postTo(erp.url.replace("127.0.0.1", host));

function postTo(url: string) {
  const parsed = parseOrder(orderText("o-1"));
  if (!parsed.ok) throw new Error(parsed.refusal.error);
  const endpoint = { url, authorization: undefined };
  const stopping = new AbortController().signal;
  return postOrder({ order: parsed.order, erp: endpoint, trace: {} }, LIMITS, { stopping, agent });
}

test("an ERP gets its orders while the names of twenty others do not resolve", async () => {
  const over: string[] = [];
  const hanging = Array.from({ length: 20 }, async (_, n) => {
    const delivery = await post(`hanging-${n}.example`);
    over.push("hanging");
    return delivery;
  });
  const delivery = await post("well.example");
  expect([delivery, over]).toEqual([{ taken: true, status: 200, attempts: 1 }, []]);
  const [first] = await Promise.all(hanging);
  expect(first).toMatchObject({ taken: false, fault: "erp" });
  expect(first).toHaveProperty(
    "reason",
    expect.stringMatching(
      /^the ERP cannot be reached: DNS does not resolve its name \(query.* ETIMEOUT hanging-0.example\)$/,
    ),
  );
});

test("an address is asked for once while its record lasts, also by orders at the same time", async () => {
  await Promise.all([post("well.example"), post("well.example"), post("well.example")]);
  expect(queries.sort()).toEqual(["1 well.example", "28 well.example"]);
});

test("localhost is known without a name server", async () => {
  expect(await post("localhost")).toEqual({ taken: true, status: 200, attempts: 1 });
  expect(queries).toEqual([]);
});

describe("behind a proxy", () => {
  let side: PublicSide;
  const authorities = getCACertificates("default");

  beforeAll(async () => {
    side = await startPublicSide({ "erp.acme.example": { receiptRelease: null, isErp: true } });
    setDefaultCACertificates([side.authority.certificate]);
    process.env.HTTPS_PROXY = side.proxyUrl;
  });
  afterAll(async () => {
    delete process.env.HTTPS_PROXY;
    setDefaultCACertificates(authorities);
    await side.close();
  });

  test("an ERP is reached by its name over TLS, end to end, and no name server is asked", async () => {
    expect(await postTo("https://erp.acme.example/orders")).toEqual({ taken: true, status: 202, attempts: 1 });
    expect([side.connections, side.accepted, queries]).toEqual([["erp.acme.example"], ["o-1"], []]);
  });

  test("the reason has what the proxy says of an ERP that it does not reach", async () => {
    const failed = { taken: false, fault: "erp", reason: expect.stringMatching(/^the ERP cannot be reached: .*502/) };
    expect(await postTo("https://gone.acme.example/orders")).toMatchObject(failed);
  });
});
