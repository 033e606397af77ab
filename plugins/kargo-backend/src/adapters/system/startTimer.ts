/** A timer of Node.js that is given a longer time ends at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Calls back once, after a time as long as anybody likes; soon when it has passed already.
 *
 * @returns what ends the timer before
 */
export function startTimer(
  milliseconds: number,
  callback: () => void,
): () => void {
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number) => {
    timer = setTimeout(
      () => (leftMs > LONGEST_MS ? wait(leftMs - LONGEST_MS) : callback()),
      Math.min(Math.max(0, leftMs), LONGEST_MS),
    );
  };
  wait(milliseconds);
  return () => clearTimeout(timer);
}
