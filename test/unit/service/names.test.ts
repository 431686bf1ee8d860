import { Names } from "../../../service/names.ts";
import { ManualClock } from "../../manual-clock.ts";

type Records = { address: string; ttl: number }[];

let clock: ManualClock;
let four: () => Promise<Records>;
let six: () => Promise<Records>;
let asked: number;

beforeEach(() => {
  clock = new ManualClock();
  asked = 0;
  four = async () => [{ address: "192.0.2.1", ttl: 30 }];
  six = none("ENODATA");
});

const none = (code: string) => async () => {
  throw Object.assign(new Error(`query ${code}`), { code });
};

function start() {
  const resolver = {
    resolve4: () => {
      asked += 1;
      return four();
    },
    resolve6: () => six(),
  };
  const names = new Names(resolver as never, clock);
  return (options: { all?: boolean; family?: number } = { all: true }) =>
    new Promise((resolve, reject) => {
      names.lookup("erp.acme.example", options, (error, address) => (error ? reject(error) : resolve(address)));
    });
}

const only = (address: string, family = 4) => [{ address, family }];

test("an address is kept as long as its record says, a minute at the most", async () => {
  const lookup = start();
  expect(await lookup()).toEqual(only("192.0.2.1"));
  four = async () => [{ address: "192.0.2.2", ttl: 86_400 }];
  clock.pass(29_999);
  expect([await lookup(), asked]).toEqual([only("192.0.2.1"), 1]);
  clock.pass(1);
  expect([await lookup(), asked]).toEqual([only("192.0.2.2"), 2]);
  clock.pass(59_999);
  expect([await lookup(), asked]).toEqual([only("192.0.2.2"), 2]);
  clock.pass(1);
  await lookup();
  expect(asked).toBe(3);
});

test("a record without a time to live is kept for a second", async () => {
  four = async () => [{ address: "192.0.2.1", ttl: 0 }];
  const lookup = start();
  await lookup();
  clock.pass(999);
  await lookup();
  expect(asked).toBe(1);
});

test("the family that is asked for is answered, alone where one address is", async () => {
  six = async () => [{ address: "2001:db8::1", ttl: 30 }];
  const lookup = start();
  expect(await lookup()).toEqual([...only("192.0.2.1"), ...only("2001:db8::1", 6)]);
  expect(await lookup({ all: true, family: 6 })).toEqual(only("2001:db8::1", 6));
  expect(await lookup({ family: 4 })).toBe("192.0.2.1");
});

test("one query that fails does not suppress what the other found", async () => {
  four = none("ETIMEOUT");
  six = async () => [{ address: "2001:db8::1", ttl: 30 }];
  expect(await start()()).toEqual(only("2001:db8::1", 6));
});

test("while no name server answers, the addresses of before are used; a name that is gone is gone", async () => {
  const lookup = start();
  await lookup();
  clock.pass(30_000);
  four = none("ETIMEOUT");
  expect(await lookup()).toEqual(only("192.0.2.1"));
  four = none("ENOTFOUND");
  await expect(lookup()).rejects.toThrow("query ENOTFOUND");
});
