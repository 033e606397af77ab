import type { StepCounter } from '../Meter';
import { compareText } from './utf8';

/** Comparisons that JavaScript makes in one step, and that go by the bytes. */
const PLAIN_PER_STEP = 3;

/** Surrogates stand for what comes behind all that other units stand for. */
const SURROGATE = /[\ud800-\udfff]/;

/**
 * Texts in the order of their UTF-8 bytes; most keys are in it already.
 *
 * @param steps - is charged before they are compared
 */
export function sortTexts(
  texts: string[],
  steps: StepCounter | undefined,
): string[] {
  if (texts.length < 2) return texts;
  steps?.step(texts.length);
  if (areSorted(texts)) return texts;
  const comparisons = texts.length * Math.log2(texts.length);
  if (texts.some(text => SURROGATE.test(text))) {
    steps?.step(comparisons);
    return texts.sort(compareText);
  }
  steps?.step(comparisons / PLAIN_PER_STEP);
  return texts.sort();
}

/** Whether there is nothing to do, told by what is before and behind each. */
export function areSorted(texts: readonly string[]): boolean {
  return texts.every(
    (text, i) => i === 0 || compareText(texts[i - 1], text) < 0,
  );
}
