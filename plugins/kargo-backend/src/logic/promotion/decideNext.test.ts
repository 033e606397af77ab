import { AttemptResult, decideNext, NextDecision } from './decideNext';

const ELAPSED_MS = 60_000;

type Case = [
  string,
  { errorCount?: number; message?: string },
  AttemptResult,
  { errorThreshold?: number; timeoutMs?: number },
  Partial<NextDecision>,
];

const cases: Case[] = [
  [
    'success ends the step',
    {},
    { status: 'Succeeded' },
    {},
    { done: true, status: 'Succeeded' },
  ],
  [
    'skip ends the step',
    {},
    { status: 'Skipped', message: 'no diff' },
    {},
    { done: true, status: 'Skipped', message: 'no diff' },
  ],
  [
    'waiting goes on',
    {},
    { status: 'Running', message: 'PR is open' },
    {},
    { done: false, retry: false, status: 'Running', message: 'PR is open' },
  ],
  [
    'a terminal failure ends as Failed with its own text',
    {},
    { status: 'Failed', error: 'bad config', terminal: true },
    {},
    { done: true, status: 'Failed', message: 'bad config', errorCount: 0 },
  ],
  [
    'a terminal failure is not tried again, however often it might be',
    {},
    { status: 'Failed', error: 'bad config', terminal: true },
    { errorThreshold: 5 },
    { done: true, retry: false, status: 'Failed', message: 'bad config' },
  ],
  [
    'a failure below the threshold is tried again as Failed',
    {},
    { status: 'Failed', error: 'status 503' },
    { errorThreshold: 2 },
    { done: false, retry: true, status: 'Failed', errorCount: 1 },
  ],
  [
    'a failure that meets the threshold has Failed',
    { errorCount: 1 },
    { status: 'Failed', error: 'status 503' },
    { errorThreshold: 2 },
    { done: true, status: 'Failed', errorCount: 2 },
  ],
  [
    'a terminal error ends as Errored and says so',
    {},
    { status: 'Errored', error: 'boom', terminal: true },
    {},
    {
      done: true,
      status: 'Errored',
      message: 'an unrecoverable error occurred: boom',
      errorCount: 0,
    },
  ],
  [
    'the first error meets the default threshold',
    {},
    { status: 'Errored', error: 'boom' },
    {},
    {
      done: true,
      status: 'Errored',
      errorCount: 1,
      message: 'step "s" met error threshold of 1: boom',
    },
  ],
  [
    'a Failed error stays Failed at the threshold',
    {},
    { status: 'Failed', error: 'no' },
    {},
    {
      done: true,
      status: 'Failed',
      errorCount: 1,
      message: 'step "s" met error threshold of 1: no',
    },
  ],
  [
    'below the threshold the step is tried again',
    {},
    { status: 'Errored', error: 'boom' },
    { errorThreshold: 3 },
    {
      done: false,
      retry: true,
      status: 'Errored',
      errorCount: 1,
      message: 'boom; step will be retried',
    },
  ],
  [
    'the count is cumulative',
    { errorCount: 2 },
    { status: 'Errored', error: 'boom' },
    { errorThreshold: 3 },
    { done: true, status: 'Errored', errorCount: 3 },
  ],
  [
    'an error with another status counts as Errored',
    {},
    { status: 'Running', error: 'boom' },
    { errorThreshold: 2 },
    { done: false, retry: true, status: 'Errored' },
  ],
  [
    'Errored without an error gets one',
    {},
    { status: 'Errored' },
    { errorThreshold: 2 },
    { retry: true, message: 'the step gave no details; step will be retried' },
  ],
  [
    'a failure that may pass is looked at again and not counted',
    {},
    { status: 'Failed', message: 'HTTP 500' },
    {},
    { done: false, retry: false, status: 'Failed', errorCount: 0 },
  ],
  [
    'the timeout ends waiting',
    {},
    { status: 'Running' },
    { timeoutMs: 59_000 },
    { done: true, status: 'Errored', message: 'step "s" timed out after 59s' },
  ],
  [
    'the timeout is not met exactly at its end',
    {},
    { status: 'Running' },
    { timeoutMs: 60_000 },
    { done: false },
  ],
  [
    'the timeout also ends retries below the threshold',
    {},
    { status: 'Errored', error: 'x' },
    { errorThreshold: 9, timeoutMs: 1 },
    {
      done: true,
      status: 'Errored',
      errorCount: 1,
      message: 'step "s" timed out after 0.001s: x',
    },
  ],
  [
    'an attempt that the timeout cut off ends the step, whatever it said',
    { errorCount: 1 },
    { status: 'Errored', error: 'cancelled', isTimedOut: true },
    { errorThreshold: 9, timeoutMs: 90_000 },
    {
      done: true,
      status: 'Errored',
      errorCount: 1,
      message: 'step "s" timed out after 1m30s',
    },
  ],
  [
    'the timeout tells what the step waited for last',
    { message: 'pull request 7 is open' },
    { status: 'Errored', isTimedOut: true },
    { timeoutMs: 60_000 },
    { message: 'step "s" timed out after 1m0s: pull request 7 is open' },
  ],
  [
    'the timeout tells what the step failed with last',
    { message: 'repo not found; step will be retried', errorCount: 1 },
    { status: 'Running', isTimedOut: true },
    { errorThreshold: 100, timeoutMs: 300_000 },
    { message: 'step "s" timed out after 5m0s: repo not found' },
  ],
  [
    'a step that still succeeded has succeeded',
    {},
    { status: 'Succeeded', isTimedOut: true },
    { timeoutMs: 1 },
    { done: true, status: 'Succeeded' },
  ],
  [
    'a timeout of zero is none',
    {},
    { status: 'Running' },
    { timeoutMs: 0 },
    { done: false },
  ],
];

describe('decideNext', () => {
  it.each(cases)('%s', (_, metadata, result, limits, expected) => {
    const decision = decideNext(
      { alias: 's', ...metadata },
      result,
      { errorThreshold: 1, ...limits },
      ELAPSED_MS,
    );
    expect(decision).toMatchObject(expected);
  });
});
