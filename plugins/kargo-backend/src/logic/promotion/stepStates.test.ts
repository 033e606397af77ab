import { StepStatus } from 'backstage-plugin-kargo-common';
import { AttemptResult, decideNext } from './decideNext';
import { finalPhase } from './finalPhase';

const TIMEOUT_MS = 60_000;

/** What is wrong with an attempt beside its status. */
const FAULTS = {
  'no error': {},
  'an error': { error: 'no' },
  'an error for good': { error: 'no', terminal: true },
} satisfies Record<string, Partial<AttemptResult>>;

type Fault = keyof typeof FAULTS;

/**
 * What follows: `=` ends the step with that status, `~` looks again, `!` tries again. The
 * columns: in time below the threshold of errors, late below it, in time at it, late at it,
 * and cut off by the timeout.
 */
const TABLE: Array<[status: StepStatus, fault: Fault, follows: string]> = [
  [
    'Succeeded',
    'no error',
    '=Succeeded =Succeeded =Succeeded =Succeeded =Succeeded',
  ],
  ['Succeeded', 'an error', '!Errored =Errored =Errored =Errored =Errored'],
  [
    'Succeeded',
    'an error for good',
    '=Errored =Errored =Errored =Errored =Errored',
  ],
  ['Skipped', 'no error', '=Skipped =Skipped =Skipped =Skipped =Skipped'],
  ['Skipped', 'an error', '!Errored =Errored =Errored =Errored =Errored'],
  [
    'Skipped',
    'an error for good',
    '=Errored =Errored =Errored =Errored =Errored',
  ],
  ['Running', 'no error', '~Running =Errored ~Running =Errored =Errored'],
  ['Running', 'an error', '!Errored =Errored =Errored =Errored =Errored'],
  [
    'Running',
    'an error for good',
    '=Errored =Errored =Errored =Errored =Errored',
  ],
  ['Failed', 'no error', '~Failed =Errored ~Failed =Errored =Errored'],
  ['Failed', 'an error', '!Failed =Errored =Failed =Failed =Errored'],
  ['Failed', 'an error for good', '=Failed =Failed =Failed =Failed =Errored'],
  ['Errored', 'no error', '!Errored =Errored =Errored =Errored =Errored'],
  ['Errored', 'an error', '!Errored =Errored =Errored =Errored =Errored'],
  [
    'Errored',
    'an error for good',
    '=Errored =Errored =Errored =Errored =Errored',
  ],
];

const COLUMNS = [
  { name: 'in time', errorCount: 0, elapsedMs: TIMEOUT_MS },
  { name: 'late', errorCount: 0, elapsedMs: TIMEOUT_MS + 1 },
  { name: 'in time, at the threshold', errorCount: 1, elapsedMs: TIMEOUT_MS },
  { name: 'late, at the threshold', errorCount: 1, elapsedMs: TIMEOUT_MS + 1 },
  { name: 'cut off', errorCount: 0, elapsedMs: TIMEOUT_MS, isTimedOut: true },
];

const CASES = TABLE.flatMap(([status, fault, follows]) =>
  follows
    .split(' ')
    .map((expected, index): [StepStatus, Fault, string, string, number] => [
      status,
      fault,
      COLUMNS[index].name,
      expected,
      index,
    ]),
);

describe('a step after an attempt', () => {
  it.each(CASES)('%s with %s, %s: %s', (status, fault, _, expected, column) => {
    const { errorCount, elapsedMs, isTimedOut } = COLUMNS[column];
    const decision = decideNext(
      { alias: 's', errorCount },
      { status, ...FAULTS[fault], ...(isTimedOut && { isTimedOut }) },
      { errorThreshold: 2, timeoutMs: TIMEOUT_MS },
      elapsedMs,
    );
    const unfinished = decision.retry ? '!' : '~';
    expect(`${decision.done ? '=' : unfinished}${decision.status}`).toBe(
      expected,
    );
  });
});

describe('a Promotion after its steps', () => {
  /** From the best to the worst, with the phase that each makes of the Promotion. */
  const ORDER: Array<[StepStatus, string]> = [
    ['Succeeded', 'Succeeded'],
    ['Skipped', 'Succeeded'],
    ['Aborted', 'Aborted'],
    ['Failed', 'Failed'],
    ['Errored', 'Errored'],
  ];
  const PAIRS = ORDER.flatMap(([first], i) =>
    ORDER.map(([second], j): [StepStatus, StepStatus, string] => [
      first,
      second,
      ORDER[Math.max(i, j)][1],
    ]),
  );
  const phaseOf = (...statuses: Array<[StepStatus, boolean]>) =>
    finalPhase(
      statuses.map(([, continueOnError]) => ({ uses: 'x', continueOnError })),
      statuses.map(([status], index) => ({ alias: `${index}`, status })),
    ).phase;

  it.each(PAIRS)('is as the worse of %s and %s: %s', (a, b, phase) => {
    expect(phaseOf([a, false], [b, false])).toBe(phase);
  });

  it.each(ORDER)('does not mind a step that may be %s', status => {
    expect(phaseOf([status, true], ['Succeeded', false])).toBe('Succeeded');
  });
});
