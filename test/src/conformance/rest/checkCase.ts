import { findDifference } from './findDifference';
import { fillIn, prepareCase } from './prepareCase';
import { type RestCase } from './readCase';
import { type RestTarget, sendRequest, tellAnswer } from './RestClient';

/** Runs a case; returns what is wrong with the answer, or nothing. */
export async function checkCase(
  target: RestTarget,
  { setup, request, expect }: RestCase,
): Promise<string | undefined> {
  const { saved, problem } = await prepareCase(target, setup);
  if (problem) {
    return problem;
  }
  const answer = await sendRequest(target, fillIn(request, saved));
  if (answer.status !== expect.status) {
    return `expected ${expect.status}, got ${tellAnswer(answer)}`;
  }
  for (const [name, text] of Object.entries(expect.headers)) {
    const value = answer.headers.get(name);
    if (!value?.includes(text)) {
      return `header ${name}: expected ${text}, got ${value}`;
    }
  }
  return expect.body === undefined
    ? undefined
    : findDifference(expect.body, answer.body);
}
