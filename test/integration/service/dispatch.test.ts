import { type Erp, endAll, order, startErp, stores } from "./fixture.ts";
import { type Dispatch, endAllInProcess, type Region, startDispatch, startRegion } from "./in-process.ts";

let region: Region;
let erp: Erp;

beforeEach(async () => {
  region = await startRegion();
  erp = await startErp(region.clock.now);
});
afterEach(async () => {
  await endAllInProcess();
  await endAll();
});

const start = (more: Record<string, string> = {}) => startDispatch(region, { ...stores(erp.url), ...more });
const put = (id: string) => region.put(order(id), id);
const line = ({ log }: Dispatch, msg: string, orderId: string) =>
  log.find((one) => one.msg === msg && one.orderId === orderId);

test("an ERP that fails twice and then recovers gets the order inside the first receive", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 1 ? 500 : nth === 2 ? 409 : 200).end();
  put("A-4");
  const dispatch = start();
  await region.emptied();
  expect(erp.posts).toHaveLength(3);
  expect(line(dispatch, "order delivered", "A-4")).toMatchObject({ receives: 1, attempts: 3 });
});

test("an ERP that refuses or redirects an order is not asked again in the same receive, but in the next", async () => {
  const first: Record<string, number> = { "acme/A-6": 400, "acme/A-7": 302 };
  erp.answer = (response) => {
    const { key } = erp.posts.at(-1) ?? { key: "" };
    response.writeHead(first[key] ?? 200, { location: "/elsewhere" }).end();
    delete first[key];
  };
  put("A-6");
  put("A-7");
  const dispatch = start();
  await region.emptied();
  for (const id of ["A-6", "A-7"]) {
    expect(line(dispatch, "order delivered", id)).toMatchObject({ receives: 2, attempts: 1 });
    const [before, after] = erp.posts.filter(({ key }) => key === `acme/${id}`).map(({ at }) => at);
    expect((after ?? 0) - (before ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect((after ?? 0) - (before ?? 0)).toBeLessThan(3_000);
  }
  expect(line(dispatch, "order not delivered", "A-6")).toMatchObject({
    ...{ reason: "the ERP answered 400", attempts: 1, receives: 1, hidden: 2 },
  });
});

test("an ERP gets its store's Authorization header, and no log line shows it", async () => {
  erp.answer = (response, nth) => response.writeHead(nth === 1 ? 401 : 200).end();
  put("A-9");
  put("A-10");
  const dispatch = start({ ERP_AUTHORIZATION_ACME: "Bearer s3cret-token" });
  await region.emptied();
  expect(dispatch.log.some(({ reason }) => reason === "the ERP answered 401")).toBe(true);
  expect(erp.posts.map(({ headers }) => headers.authorization)).toEqual(new Array(3).fill("Bearer s3cret-token"));
  expect(JSON.stringify(dispatch.log)).not.toContain("s3cret");
});

test("an order under way is invisible for 15 s at a time, renewed every 5 s", async () => {
  erp.answer = () => {};
  put("slow");
  start({ ERP_TIMEOUT_MS: "25000" });
  await region.clock.until("the post", () => erp.posts.length === 1);
  const leaseMs = () => {
    const [message] = region.sqs.queues.last(region.sqs.queues.arn("orders.fifo", "ap-southeast-2"), 1);
    return (message?.visibleAt ?? 0) - region.clock.now();
  };
  const seen: number[] = [];
  for (let second = 0; second < 20; second += 1) {
    seen.push(leaseMs());
    await region.clock.run(1_000);
  }
  // The post is seen up to one step of the clock after it began.
  expect(Math.max(...seen)).toBe(15_000);
  expect(Math.min(...seen)).toBeGreaterThan(10_000);
  expect(Math.min(...seen)).toBeLessThanOrEqual(11_000);
});
