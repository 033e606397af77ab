// Loaded in front of a child process: its wall clock is off by the milliseconds in the
// file that CLOCK_STEP_FILE names, looked at ten times a second. Timers and monotonic
// clocks go on as they are, as they do when a machine's clock is set.
const { readFileSync } = require('node:fs');

const RealDate = Date;
const realNow = Date.now;
const file = process.env.CLOCK_STEP_FILE;
let offset = 0;

function look() {
  try {
    const text = readFileSync(file, 'utf8');
    // While it is being written it is empty, and no clock jumps back for that.
    if (text !== '') offset = Number(text) || 0;
  } catch {
    offset = 0;
  }
}

if (file) {
  look();
  setInterval(look, 100).unref();
  globalThis.Date = class Date extends RealDate {
    constructor(...args) {
      if (args.length === 0) {
        super(realNow() + offset);
      } else {
        super(...args);
      }
    }

    static now() {
      return realNow() + offset;
    }
  };
}
