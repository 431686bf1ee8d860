/** The stacks during a soak: a twin that may be killed, stores that post orders, and what is known of both. */
import { freePort } from "../../twin/core/listen.ts";
import type { Copy } from "../base.ts";
import { Control, type Status } from "../control.ts";
import { Browser } from "../http.ts";
import { type Local, startLocal } from "../local.ts";
import { type StoreAddress, Traffic, type TrafficReport, type Watcher } from "../traffic.ts";
import { until } from "../wait.ts";
import type { StoreMoment } from "./answers.ts";
import { brokeOff } from "./away.ts";
import type { SentOrder } from "./judgement.ts";
import { ordersOf, type Shop, shopsOf } from "./shops.ts";

/** A handshake that failed. */
export interface FailedHandshake {
  /** ISO 8601. */
  at: string;
  stack: string;
  store: string;
  message: string;
}

/** The system did not recover in time. */
export class NotRecovered extends Error {
  override readonly name = "NotRecovered";
}

/** Milliseconds between two orders of a store. */
const PAUSE_MS = 1_000;
/** How long a recovery may take, in milliseconds. */
const PATIENCE_MS = 120_000;
/** How old an answer of the twin may be that several faults look at, in milliseconds. */
const FRESH_MS = 250;

/** One copy of the stacks under a soak, also across restarts of the twin. */
export class Running {
  readonly shops: readonly Shop[];
  readonly traffic: Traffic;
  readonly failedHandshakes: FailedHandshake[] = [];
  /** The errors with which valid orders were answered. */
  readonly refusals: string[] = [];
  /** Each 401 to an order of a store, which is sent again: its secret may be too new for ingest. */
  readonly notAuthentic: StoreMoment[] = [];
  readonly #copy: Copy;
  readonly #proxyPort: number;
  #local: Local;
  #control: Control;
  /** Pending while the twin is down. */
  #up: Promise<void> = Promise.resolve();
  #isUp = true;
  #lives = 1;
  #status: Promise<Status> | undefined;

  static async start(copy: Copy): Promise<Running> {
    // The stores' way to AWS stays the same when the twin starts again.
    const port = await freePort("the twin's internet");
    return new Running(copy, port, await startTwin(copy, port));
  }

  private constructor(copy: Copy, proxyPort: number, local: Local) {
    this.#copy = copy;
    this.#proxyPort = proxyPort;
    this.#local = local;
    this.#control = new Control(local.twin.api);
    this.shops = shopsOf(copy);
    const watcher: Watcher = {
      sent: (store, orderId) => void this.#of(store).sent.add(orderId),
      accepted: (store, orderId) => void this.#of(store).accepted.push(orderId),
      refused: ({ message }) => void this.refusals.push(message),
      handshakeFailed: ({ stack, name }, { message }) =>
        this.failedHandshakes.push({ at: new Date().toISOString(), stack, store: name, message }),
      notAuthentic: ({ stack, name: store }) => this.notAuthentic.push({ stack, store, at: Date.now() }) > 0,
      isAway: (error) => !this.#isUp && brokeOff(error),
    };
    this.traffic = new Traffic(new Browser(local.twin.environment), watcher, (store) => this.#of(store).secret);
  }

  /** Of the twin that runs now. */
  get local(): Local {
    return this.#local;
  }

  get control(): Control {
    return this.#control;
  }

  get report(): TrafficReport {
    return this.traffic.report;
  }

  /** Folder of the project that the stacks are of. */
  get project(): string {
    return this.#copy.project;
  }

  get stacks(): string[] {
    return this.#copy.deployed.map(({ stack }) => stack);
  }

  shop(stack: string, store: string): Shop {
    const found = this.shops.find((shop) => shop.stack === stack && shop.name === store);
    if (!found) throw new Error(`${stack} has no store ${store}`);
    return found;
  }

  /** The other stores of its stack. */
  othersOf({ stack, name }: Shop): Shop[] {
    return this.shops.filter((one) => one.stack === stack && one.name !== name);
  }

  #of({ stack, name }: StoreAddress): Shop {
    return this.shop(stack, name);
  }

  startTraffic(): void {
    this.traffic.start(this.shops, PAUSE_MS);
  }

  /** All orders that were sent. */
  get sent(): SentOrder[] {
    return this.shops.flatMap(ordersOf);
  }

  /** kill -9, and a new one on the same state at once. */
  async restartTwin(): Promise<void> {
    this.#isUp = false;
    this.#lives++;
    let isUp = () => {};
    this.#up = new Promise((resolve) => (isUp = resolve));
    process.kill(this.#local.twin.pid, "SIGKILL");
    await this.#local.stop();
    this.#local = await startTwin(this.#copy, this.#proxyPort);
    this.#control = new Control(this.#local.twin.api);
    this.#status = undefined;
    this.#isUp = true;
    isUp();
  }

  /** Does something, and again where the twin was killed meanwhile: that it failed says nothing then. */
  async whileUp<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      // A caller that waited may continue after the next kill.
      while (!this.#isUp) await this.#up;
      const life = this.#lives;
      try {
        return await work();
      } catch (error) {
        if (life === this.#lives) throw error;
      }
    }
  }

  /** The twin's status. It costs the twin some work: callers at about the same time get one answer. */
  status(): Promise<Status> {
    if (this.#status) return this.#status;
    const asked = this.#control.status();
    this.#status = asked;
    const forget = () => {
      if (this.#status === asked) this.#status = undefined;
    };
    asked.then(() => setTimeout(forget, FRESH_MS), forget);
    return asked;
  }

  /** @throws {NotRecovered} */
  async until(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
    if (!(await until(probe, PATIENCE_MS))) throw new NotRecovered(`not within ${PATIENCE_MS / 1000} s: ${what}`);
  }

  /** Resolves when an order that a store sends from now on is at its ERP. @throws {NotRecovered} */
  works(shop: Shop): Promise<void> {
    const from = shop.accepted.length;
    return this.until(`an order of ${shop.stack} ${shop.name} is at its ERP`, async () => {
      const since = shop.accepted.slice(from, from + 10).map((orderId) => `${shop.name}/${orderId}`);
      return since.length > 0 && (await this.#control.arrived(shop.erp, since)).length > 0;
    });
  }

  /** The same, of one store of each stack. @throws {NotRecovered} */
  async allWork(): Promise<void> {
    const firsts = this.stacks.flatMap((stack) => this.shops.find((shop) => shop.stack === stack) ?? []);
    await Promise.all(firsts.map((shop) => this.works(shop)));
  }

  stop(): Promise<void> {
    return this.#local.stop();
  }
}

function startTwin({ state, project }: Copy, proxyPort: number): Promise<Local> {
  return startLocal(state, () => {}, { project, proxyPort, containers: "processes" });
}
