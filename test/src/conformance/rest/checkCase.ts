import { findDifference } from './findDifference';
import { type CaseSetup, type RestCase } from './readCase';
import { type RestAnswer, type RestTarget, sendRequest } from './RestClient';

/** Runs a case; returns what is wrong with the answer, or nothing. */
export async function checkCase(
  target: RestTarget,
  { setup, request, expect }: RestCase,
): Promise<string | undefined> {
  const saved: Record<string, string> = {};
  for (const [index, step] of setup.entries()) {
    const problem = await prepare(target, step, saved);
    if (problem) {
      return `setup ${index + 1}: ${problem}`;
    }
  }
  const answer = await sendRequest(target, fill(request, saved));
  if (answer.status !== expect.status) {
    return `expected ${expect.status}, got ${tell(answer)}`;
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

/** What exists already was prepared by an earlier case. */
async function prepare(
  target: RestTarget,
  { save = {}, ...request }: CaseSetup,
  saved: Record<string, string>,
): Promise<string | undefined> {
  const answer = await sendRequest(target, fill(request, saved));
  if (answer.status >= 400 && answer.status !== 409) {
    return tell(answer);
  }
  for (const [name, place] of Object.entries(save)) {
    const value = place
      .split('.')
      .reduce<unknown>(
        (object, key) => (object as Record<string, unknown> | undefined)?.[key],
        answer.body,
      );
    if (typeof value !== 'string') {
      return `there is no text at ${place} in ${tell(answer)}`;
    }
    saved[name] = value;
  }
  return undefined;
}

/** Puts saved values in; JSON carries the request through, texts included. */
function fill<T>(request: T, saved: Record<string, string>): T {
  const text = JSON.stringify(request).replace(
    /\{\{(\w+)\}\}/g,
    (placeholder, name) =>
      Object.hasOwn(saved, name)
        ? JSON.stringify(saved[name]).slice(1, -1)
        : placeholder,
  );
  return JSON.parse(text) as T;
}

function tell({ status, body }: RestAnswer): string {
  return `${status} ${JSON.stringify(body) ?? ''}`.slice(0, 600);
}
