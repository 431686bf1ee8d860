import { digestFor, enter, readLedger } from "../../stacks/ledger.ts";

const image = (release: string) => ({ release, digest: `sha256:${release}` });

describe("the ledger of images", () => {
  it("is empty before staging's first update", () => {
    expect(readLedger(undefined)).toEqual([]);
  });

  it("has the newest image first", () => {
    expect(enter([image("a")], image("b"))).toEqual([image("b"), image("a")]);
  });

  it("has a release once, however often it is deployed", () => {
    expect(enter([image("a"), image("b")], image("b"))).toEqual([image("b"), image("a")]);
  });

  it("keeps fifty", () => {
    const full = Array.from({ length: 50 }, (_, index) => image(String(index)));
    const entered = enter(full, image("new"));
    expect(entered).toHaveLength(50);
    expect(entered[0]).toEqual(image("new"));
    expect(digestFor(entered, "48")).toBe("sha256:48");
    expect(digestFor(entered, "49")).toBeUndefined();
  });
});
