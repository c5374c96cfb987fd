// Work that many events ask for at once, done in turns.

/**
 * Make `work` run one at a time. A call while it runs means that one more run follows, however
 * many calls there were: a burst of a hundred events costs two fetches, and none is missed.
 * @param {() => Promise<void>} work must deal with its own failures
 * @returns {() => Promise<void>} done when everything asked for until then is done
 */
export function inTurns(work) {
  /** @type {Promise<void> | null} */
  let running = null;
  let again = false;

  async function run() {
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = null; // here and not later: a call right after the last look must start anew
    }
  }

  return () => {
    again = true;
    running ??= run();
    return running;
  };
}
