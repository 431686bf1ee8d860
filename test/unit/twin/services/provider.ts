import type { Properties } from "../../../../twin/core/store.ts";
import type { ResourceType } from "../../../../twin/pulumi/define.ts";
import { check } from "../../../../twin/pulumi/plan.ts";
import type { AwsCall } from "../../../../twin/services/resources.ts";
import { account, region, startTestCloud } from "../../../integration/twin/cloud.ts";

const seed = new Uint8Array([1]);

/** The provider side of a test cloud of each test's own: checks and creates as the engine has it done. */
export class Provider {
  #test: Awaited<ReturnType<typeof startTestCloud>> | undefined;

  constructor() {
    beforeEach(async () => {
      this.#test = await startTestCloud();
    });
    afterEach(() => this.#test?.close());
  }

  get cloud() {
    if (!this.#test) throw new Error("no test runs");
    return this.#test.cloud;
  }

  get call(): AwsCall {
    return { ...this.cloud, region, account, defaultTags: {}, name: "it", urn: "urn" };
  }

  problems(type: ResourceType<AwsCall>, given: Properties) {
    return check(type, given, {}, seed, this.call).problems;
  }

  /** What is kept of it. @throws Error the provider's error */
  async create(type: ResourceType<AwsCall>, given: Properties): Promise<Properties> {
    const { inputs, problems } = check(type, given, {}, seed, this.call);
    expect(problems).toEqual([]);
    const { id, outputs } = await type.create(inputs, this.call);
    const all: Properties = { ...inputs, ...outputs, id };
    const at = type.scope === "global" ? "global" : region;
    this.cloud.store.put({ type: type.token, id: type.key?.(all) ?? id, region: at, inputs, outputs: all });
    return all;
  }

  refusal(type: ResourceType<AwsCall>, given: Properties): Promise<string> {
    return this.create(type, given).then(
      () => "nothing was refused",
      (error: Error) => error.message,
    );
  }
}
