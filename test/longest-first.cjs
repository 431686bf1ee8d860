const { default: Sequencer } = require("@jest/test-sequencer");

/** A file on the real engine takes minutes: these start first, so that no worker is left with one when all others are done. */
module.exports = class LongestFirst extends Sequencer {
  /** @override */
  async sort(/** @type {import("@jest/test-result").Test[]} */ tests) {
    const sorted = await super.sort(tests);
    return [...sorted.filter(isDrill), ...sorted.filter((test) => !isDrill(test))];
  }
};

const isDrill = (/** @type {import("@jest/test-result").Test} */ { path }) => path.includes("/test/drills/");
