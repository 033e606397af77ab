// The order in which Jest begins suites: the longest first, and those of whole portals, which
// wait for other processes much of their time, spread among the others, so that there is
// always something to do for the processors and never too much at once.
const { default: Sequencer } = require('@jest/test-sequencer');

const isOfPortals = ({ context }) =>
  context.config.displayName?.name === 'kargo-test';

/** What a suite costs, which a clean checkout knows no better. */
const sizeOf = ({ path, context }) => context.hasteFS.getSize(path) ?? 0;

module.exports = class TestOrder extends Sequencer {
  sort(tests) {
    const sorted = super.sort([...tests]);
    const portals = sorted.filter(isOfPortals);
    const others = sorted.filter(test => !isOfPortals(test));
    const total = others.reduce((sum, test) => sum + sizeOf(test), 0);
    const order = [];
    let begun = 0;
    let placed = 0;
    for (const test of others) {
      while (
        placed < portals.length &&
        placed * total <= begun * portals.length
      ) {
        order.push(portals[placed]);
        placed += 1;
      }
      order.push(test);
      begun += sizeOf(test);
    }
    return [...order, ...portals.slice(placed)];
  }
};
