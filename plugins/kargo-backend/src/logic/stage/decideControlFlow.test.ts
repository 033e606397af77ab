import {
  Freight,
  FreightStatus,
  Stage,
  StageStatus,
  VerificationInfo,
} from 'backstage-plugin-kargo-common';
import { aFreight, aStage } from '../../testing/resourceBuilders';
import { decideControlFlow, explainPassage } from './decideControlFlow';

const NOW = '2026-01-01T01:00:00Z';
const MOMENT = { now: NOW, nowMs: Date.parse(NOW) };
const MINUTE = 60_000;

/** A Stage `gate` without steps behind Stage `test`, in which Freight soaks for half an hour. */
function aGate(
  requiredSoakTime?: string,
  annotations: Record<string, string> = {},
  status?: StageStatus,
): Stage {
  const origin = { kind: 'Warehouse' as const, name: 'web' };
  return aStage({
    metadata: { name: 'gate', annotations },
    spec: {
      requestedFreight: [
        { origin, sources: { stages: ['test'], requiredSoakTime } },
      ],
      promotionTemplate: undefined,
    },
    status,
  });
}

/** What has been verified in Stage `test`, and is in it for so many minutes. */
function verified(minutes = 0, over: FreightStatus = {}): FreightStatus {
  const since = new Date(MOMENT.nowMs - minutes * MINUTE).toISOString();
  return {
    ...over,
    currentlyIn: { test: { since } },
    verifiedIn: { test: { verifiedAt: NOW }, ...over.verifiedIn },
  };
}

function decide(
  stage: Stage,
  offered: Record<string, Freight[]>,
  present: Freight[] = [],
) {
  return decideControlFlow(
    {
      ...{ stage, offered, present },
      promotions: [],
      ...{ autoPromotionEnabled: false, verificationId: 'v' },
    },
    MOMENT,
  );
}

describe('decideControlFlow', () => {
  it('verifies what is available, once, beside what the Freight says of others', () => {
    const status = verified(0, { approvedFor: { prod: {} } });
    const freight = aFreight('f1', { status });
    const { effects } = decide(aGate(), { a: [freight], b: [freight] });
    expect(effects).toEqual([
      {
        kind: 'write-freight',
        freight,
        status: {
          ...status,
          verifiedIn: {
            ...status.verifiedIn,
            gate: { verifiedAt: NOW },
          },
        },
      },
      { kind: 'announce-verification', freight },
    ]);
  });

  it.each<[string, FreightStatus]>([
    ['is not verified before it', {}],
    [
      'has passed already',
      verified(0, { verifiedIn: { gate: { verifiedAt: NOW } } }),
    ],
  ])('does nothing about Freight that %s', (_, status) => {
    const { effects, lookAgainAtMs } = decide(aGate(), {
      web: [aFreight('f1', { status })],
    });
    expect(effects).toEqual([]);
    expect(lookAgainAtMs).toBeUndefined();
  });

  it.each<[string, FreightStatus, FreightStatus]>([
    [
      'verified there, which keeps how long it stayed',
      {
        currentlyIn: { gate: { since: '2026-01-01T00:20:00Z' } },
        verifiedIn: { gate: { verifiedAt: '2026-01-01T00:21:00Z' } },
      },
      {
        currentlyIn: {},
        verifiedIn: {
          gate: { verifiedAt: '2026-01-01T00:21:00Z', longestSoak: '40m0s' },
        },
      },
    ],
    [
      'not verified there',
      { currentlyIn: { gate: { since: '2026-01-01T00:20:00Z' } } },
      { currentlyIn: {} },
    ],
  ])('lets leave what it held when it had steps: %s', (_, status, left) => {
    const freight = aFreight('f1', { status });
    expect(decide(aGate(), {}, [freight]).effects).toEqual([
      { kind: 'write-freight', freight, status: left },
    ]);
  });

  it('gives up what is still verified of what it held', () => {
    const entry = (id: string, phase: VerificationInfo['phase']) => ({
      ...{ id, phase, startTime: NOW },
      analysisRun: { namespace: 'demo', name: id, phase: phase ?? '' },
    });
    const running = entry('a', 'Running');
    const pending = entry('b', 'Pending');
    const verificationHistory = [running, entry('c', 'Failed'), pending];
    const gate = aGate(undefined, undefined, {
      freightHistory: [{ id: 'x', items: {}, verificationHistory }],
    });
    expect(decide(gate, {}).effects).toEqual([
      { kind: 'drop-verification', entry: running },
      { kind: 'drop-verification', entry: pending },
    ]);
  });

  it('writes Freight once that leaves and passes', () => {
    const status = verified(0);
    const held = {
      ...status,
      currentlyIn: { ...status.currentlyIn, gate: { since: NOW } },
    };
    const freight = aFreight('f1', { status: held });
    expect(decide(aGate(), { web: [freight] }, [freight]).effects).toEqual([
      {
        kind: 'write-freight',
        freight,
        status: {
          currentlyIn: status.currentlyIn,
          verifiedIn: { ...status.verifiedIn, gate: { verifiedAt: NOW } },
        },
      },
      { kind: 'announce-verification', freight },
    ]);
  });

  it.each<[Record<string, string>, number]>([
    [{ 'kargo.akuity.io/argocd-context': '[{"name":"web"}]' }, 1],
    [{}, 0],
  ])('is about no Application of Argo CD: %j', (annotations, written) => {
    const { effects } = decide(aGate(undefined, annotations), {});
    expect(effects).toEqual(
      Array(written).fill({
        kind: 'annotate-stage',
        annotation: 'kargo.akuity.io/argocd-context',
      }),
    );
  });

  it('looks again when the first Freight has soaked', () => {
    const { effects, lookAgainAtMs } = decide(aGate('30m'), {
      web: [5, 20, 10].map(minutes =>
        aFreight(`f${minutes}`, { status: verified(minutes) }),
      ),
    });
    expect(effects).toEqual([]);
    expect(lookAgainAtMs).toBe(MOMENT.nowMs + 10 * MINUTE);
  });

  it('keeps of what the Stage was before no more than what was noted of it', () => {
    const { status } = decide(
      aGate(
        undefined,
        { 'kargo.akuity.io/refresh': 'r1' },
        {
          metadata: { a: 'b' },
          freightHistory: [],
          health: { status: 'Healthy' },
          conditions: [
            {
              type: 'Healthy',
              status: 'True',
              reason: 'Healthy',
              message: '',
              lastTransitionTime: NOW,
            },
          ],
        },
      ),
      {},
    );
    expect(status).toEqual({
      metadata: { a: 'b' },
      lastHandledRefresh: 'r1',
      observedGeneration: 1,
      freightSummary: 'N/A',
      conditions: [expect.objectContaining({ type: 'Ready', status: 'True' })],
    });
  });
});

describe('explainPassage', () => {
  it.each<[string, FreightStatus, string]>([
    [
      'passed',
      verified(0, { verifiedIn: { gate: { verifiedAt: NOW } } }),
      'passed-through',
    ],
    ['may pass', verified(30), 'passes-next'],
    ['soaks', verified(29), 'soaking'],
    ['is not verified before', {}, 'not-verified-upstream'],
  ])('Freight that %s', (_, status, code) => {
    const freight = aFreight('f1', { status });
    expect(explainPassage(aGate('30m'), freight, MOMENT.nowMs)).toEqual([
      expect.objectContaining({ code, origin: 'Warehouse/web', freight: 'f1' }),
    ]);
  });
});
