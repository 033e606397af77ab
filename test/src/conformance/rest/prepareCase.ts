import { setTimeout } from 'node:timers/promises';
import { findDifference } from './findDifference';
import { type CaseRequest, type CaseSetup } from './readCase';
import {
  type RestAnswer,
  type RestTarget,
  sendRequest,
  tellAnswer,
} from './RestClient';

/** How long the engine has for what a case waits for. */
const UNTIL_MS = 60_000;
const UNTIL_INTERVAL_MS = 200;

/** What the requests before a case came to. */
export interface PreparedCase {
  /** Values of answers by their names. */
  saved: Record<string, string>;
  /** What is wrong with the first one that failed. */
  problem?: string;
}

/** Sends the requests that prepare a case, until one fails. */
export async function prepareCase(
  target: RestTarget,
  setup: readonly CaseSetup[],
): Promise<PreparedCase> {
  const saved: Record<string, string> = {};
  for (const [index, step] of setup.entries()) {
    const problem = await prepare(target, step, saved);
    if (problem) {
      return { saved, problem: `setup ${index + 1}: ${problem}` };
    }
  }
  return { saved };
}

/** What exists already was prepared by an earlier case. */
async function prepare(
  target: RestTarget,
  { save = {}, until, ...request }: CaseSetup,
  saved: Record<string, string>,
): Promise<string | undefined> {
  const filled = fillIn(request, saved);
  const answer =
    until === undefined
      ? await sendRequest(target, filled)
      : await sendUntil(target, filled, until);
  if (answer.status >= 400 && answer.status !== 409) {
    return tellAnswer(answer);
  }
  const lacking =
    until === undefined ? undefined : findDifference(until, answer.body);
  if (lacking) {
    return `within a minute: ${lacking}`;
  }
  for (const [name, place] of Object.entries(save)) {
    const value = place
      .split('.')
      .reduce<unknown>(
        (object, key) => (object as Record<string, unknown> | undefined)?.[key],
        answer.body,
      );
    if (typeof value !== 'string') {
      return `there is no text at ${place} in ${tellAnswer(answer)}`;
    }
    saved[name] = value;
  }
  return undefined;
}

/** The first answer that holds what is waited for, or the last one. */
async function sendUntil(
  target: RestTarget,
  request: CaseRequest,
  until: unknown,
): Promise<RestAnswer> {
  const end = performance.now() + UNTIL_MS;
  for (;;) {
    const answer = await sendRequest(target, request);
    const isThere = findDifference(until, answer.body) === undefined;
    if (isThere || performance.now() > end) {
      return answer;
    }
    await setTimeout(UNTIL_INTERVAL_MS);
  }
}

/** Puts saved values in; JSON carries the request through, texts included. */
export function fillIn<T>(request: T, saved: Record<string, string>): T {
  const text = JSON.stringify(request).replace(
    /\{\{(\w+)\}\}/g,
    (placeholder, name) =>
      Object.hasOwn(saved, name)
        ? JSON.stringify(saved[name]).slice(1, -1)
        : placeholder,
  );
  return JSON.parse(text) as T;
}
