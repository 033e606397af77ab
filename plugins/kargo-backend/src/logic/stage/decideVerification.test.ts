import {
  StageStatus,
  VerificationInfo,
  VerificationPhase,
} from 'backstage-plugin-kargo-common';
import { aCollection, aStage } from '../../testing/resourceBuilders';
import {
  decideVerification,
  findVerdict,
  parseVerificationRequest,
  pushVerification,
  verifiedCondition,
} from './decideVerification';

const REVERIFY = 'kargo.akuity.io/reverify';
const ABORT = 'kargo.akuity.io/abort';
const entry = (
  id: string,
  phase: VerificationPhase,
  message?: string,
): VerificationInfo => ({
  id,
  phase,
  startTime: '2026-01-01T00:00:00Z',
  ...(message && { message }),
});
const holding = (
  history?: VerificationInfo[],
  over: StageStatus = {},
): StageStatus => ({
  health: { status: 'Healthy' },
  freightHistory: [aCollection('f1', history)],
  ...over,
});

describe('parseVerificationRequest', () => {
  it.each<[string | undefined, object | undefined]>([
    [undefined, undefined],
    ['', undefined],
    ['v1', { id: 'v1' }],
    [
      '{"id":"v1","actor":"email:jo@acme.io","controlPlane":true}',
      { id: 'v1', actor: 'email:jo@acme.io', controlPlane: true },
    ],
    ['{"id":"v1"}', { id: 'v1' }],
    ['{"id":""}', undefined],
    ['{"id":7}', undefined],
    ['{"actor":"jo"}', undefined],
    ['17', undefined],
    ['true', undefined],
    ['null', undefined],
    ['{not json', { id: '{not json' }],
  ])('%s', (value, request) => {
    expect(parseVerificationRequest(value)).toEqual(request);
  });
});

describe('decideVerification', () => {
  it.each<
    [
      name: string,
      status: StageStatus,
      annotations: Record<string, string>,
      isExplicit: boolean,
      decision: string,
    ]
  >([
    ['nothing is there', {}, {}, true, 'nothing no-freight'],
    [
      'a Promotion is going on',
      holding([], { currentPromotion: { name: 'p' } }),
      {},
      true,
      'nothing promotion-active',
    ],
    [
      'it is not healthy yet',
      holding([], { health: { status: 'Progressing' } }),
      {},
      true,
      'nothing waiting-for-health',
    ],
    [
      'it is healthy and asks nothing',
      holding(),
      {},
      false,
      'succeed-implicitly',
    ],
    ['it is healthy and asks for a test', holding(), {}, true, 'start'],
    ['one runs', holding([entry('v1', 'Running')]), {}, true, 'observe'],
    [
      'one runs and is to be aborted',
      holding([entry('v1', 'Pending')]),
      { [ABORT]: 'v1' },
      true,
      'abort',
    ],
    [
      'one runs and another is to be aborted',
      holding([entry('v1', 'Pending')]),
      { [ABORT]: 'v0' },
      true,
      'observe',
    ],
    [
      'it has ended',
      holding([entry('v1', 'Failed')]),
      {},
      true,
      'nothing already-ended',
    ],
    [
      'it is asked for again',
      holding([entry('v1', 'Failed')]),
      { [REVERIFY]: 'v1' },
      true,
      'start v1',
    ],
    [
      'an older one is asked for again',
      holding([entry('v2', 'Failed'), entry('v1', 'Failed')]),
      { [REVERIFY]: 'v1' },
      true,
      'nothing already-ended',
    ],
    [
      'it is asked for again before it is healthy, and waits',
      holding([entry('v1', 'Failed')], { health: { status: 'Unhealthy' } }),
      { [REVERIFY]: 'v1' },
      true,
      'nothing waiting-for-health',
    ],
    [
      'it is asked for again where nothing is tested',
      holding([entry('v1', 'Successful')]),
      { [REVERIFY]: 'v1' },
      false,
      'succeed-implicitly',
    ],
  ])('%s', (_, status, annotations, isExplicit, text) => {
    const decision = decideVerification(
      aStage({
        metadata: { annotations },
        spec: isExplicit ? { verification: {} } : {},
        status,
      }),
      status,
    );
    const detail =
      (decision.kind === 'nothing' && decision.reason) ||
      (decision.kind === 'start' && decision.request?.id);
    expect([decision.kind, detail].filter(Boolean).join(' ')).toBe(text);
  });
});

describe('pushVerification', () => {
  it.each<[string, string[], VerificationInfo, string[]]>([
    ['a new one goes on top', ['v1'], entry('v2', 'Pending'), ['v2', 'v1']],
    [
      'a known one is replaced',
      ['v2', 'v1'],
      entry('v1', 'Failed'),
      ['v2', 'v1'],
    ],
    [
      'ten are kept',
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'],
      entry('n', 'Pending'),
      ['n', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'],
    ],
  ])('%s', (_, before, pushed, after) => {
    const status = pushVerification(
      holding(before.map(id => entry(id, 'Successful'))),
      pushed,
    );
    const history = status.freightHistory?.[0].verificationHistory;
    expect(history?.map(({ id }) => id)).toEqual(after);
    expect(history?.find(({ id }) => id === pushed.id)).toEqual(pushed);
  });

  it('has no place without Freight', () => {
    expect(pushVerification({}, entry('v', 'Pending'))).toEqual({});
  });
});

describe('findVerdict', () => {
  it.each<[string, StageStatus, string | undefined]>([
    ['the newest succeeded', holding([entry('v1', 'Successful')]), 'v1'],
    ['none', holding([]), undefined],
    ['it failed', holding([entry('v1', 'Failed')]), undefined],
    [
      'an older one succeeded and the newest failed',
      holding([entry('v2', 'Failed'), entry('v1', 'Successful')]),
      undefined,
    ],
    [
      'one still runs',
      holding([entry('v2', 'Successful'), entry('v1', 'Running')]),
      undefined,
    ],
    [
      'it is not healthy any more',
      holding([entry('v1', 'Successful')], { health: { status: 'Unknown' } }),
      undefined,
    ],
  ])('%s', (_, status, id) => {
    expect(findVerdict(status)?.id).toBe(id);
  });
});

describe('verifiedCondition', () => {
  it.each<[string, VerificationInfo[] | 'no freight', string]>([
    ['nothing is there', 'no freight', 'Unknown/NoFreight'],
    ['nothing was verified', [], 'Unknown/WaitingForVerification'],
    [
      'one ever succeeded',
      [entry('v2', 'Failed'), entry('v1', 'Successful')],
      'True/Verified',
    ],
    ['pending', [entry('v', 'Pending')], 'Unknown/VerificationPending'],
    ['running', [entry('v', 'Running')], 'Unknown/VerificationRunning'],
    ['failed', [entry('v', 'Failed')], 'False/VerificationFailed'],
    ['error', [entry('v', 'Error')], 'False/VerificationError'],
    ['aborted', [entry('v', 'Aborted')], 'False/VerificationAborted'],
    [
      'inconclusive',
      [entry('v', 'Inconclusive')],
      'Unknown/VerificationInconclusive',
    ],
    ['starting', [entry('v', '')], 'Unknown/UnknownVerificationPhase'],
  ])('%s', (_, history, text) => {
    const { status, reason } = verifiedCondition(
      history === 'no freight' ? undefined : aCollection('f1', history),
    );
    expect(`${status}/${reason}`).toBe(text);
  });
});
