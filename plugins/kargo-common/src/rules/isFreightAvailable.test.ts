import { Freight, FreightStatus } from '../model/Freight';
import { FreightSources, Stage } from '../model/Stage';
import { isFreightAvailable, soakMs } from './isFreightAvailable';

const NOW = Date.parse('2026-03-01T12:00:00Z');

function metadata(name: string, namespace = 'shop') {
  return {
    name,
    namespace,
    uid: name,
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-03-01T00:00:00Z',
  };
}

function aStage(sources: FreightSources, warehouse = 'web'): Stage {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: metadata('prod'),
    spec: {
      requestedFreight: [
        { origin: { kind: 'Warehouse', name: warehouse }, sources },
      ],
    },
  };
}

function aFreight(status: FreightStatus = {}, namespace?: string): Freight {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: metadata('f1', namespace),
    origin: { kind: 'Warehouse', name: 'web' },
    status,
  };
}

const verified = { verifiedAt: '2026-03-01T10:00:00Z' };

describe('isFreightAvailable', () => {
  it.each<[string, FreightSources, FreightStatus, string]>([
    [
      'takes Freight directly from its Warehouse',
      { direct: true },
      {},
      'direct',
    ],
    [
      'takes approved Freight whatever its sources',
      { stages: ['uat'], requiredSoakTime: '1h' },
      { approvedFor: { prod: {} } },
      'approved',
    ],
    [
      'ignores an approval for another Stage',
      { stages: ['uat'] },
      { approvedFor: { qa: {} } },
      'not-verified-upstream',
    ],
    [
      'waits until an upstream verified it',
      { stages: ['uat'] },
      { currentlyIn: { uat: { since: '2026-03-01T09:00:00Z' } } },
      'not-verified-upstream',
    ],
    [
      'is content with one verified upstream of several',
      { stages: ['qa', 'uat'] },
      { verifiedIn: { uat: verified } },
      'verified-upstream',
    ],
    [
      'reads an empty strategy as one of',
      { stages: ['qa', 'uat'], availabilityStrategy: '' },
      { verifiedIn: { qa: verified } },
      'verified-upstream',
    ],
    [
      'wants all upstreams when it says so',
      { stages: ['qa', 'uat'], availabilityStrategy: 'All' },
      { verifiedIn: { uat: verified } },
      'not-verified-upstream',
    ],
    [
      'accepts verification by all upstreams, and by others beside them',
      { stages: ['qa', 'uat'], availabilityStrategy: 'All' },
      { verifiedIn: { uat: verified, qa: verified, test: verified } },
      'verified-upstream',
    ],
    [
      'is vacuously available when all of no upstreams must verify',
      { availabilityStrategy: 'All' },
      {},
      'verified-upstream',
    ],
    ['has no way in without any source', {}, {}, 'no-source'],
    [
      'waits for the soak time',
      { stages: ['uat'], requiredSoakTime: '3h' },
      {
        verifiedIn: { uat: verified },
        currentlyIn: { uat: { since: '2026-03-01T10:00:00Z' } },
      },
      'soaking',
    ],
    [
      'counts the soak from arrival, to the millisecond',
      { stages: ['uat'], requiredSoakTime: '2h' },
      {
        verifiedIn: { uat: verified },
        currentlyIn: { uat: { since: '2026-03-01T10:00:00Z' } },
      },
      'verified-upstream',
    ],
    [
      'accepts an earlier stay that was long enough',
      { stages: ['uat'], requiredSoakTime: '2h' },
      { verifiedIn: { uat: { ...verified, longestSoak: '2h0m0s' } } },
      'verified-upstream',
    ],
    [
      'does not count a soak in a Stage that is not listed',
      { stages: ['uat'], requiredSoakTime: '2h' },
      {
        verifiedIn: {
          uat: verified,
          test: { ...verified, longestSoak: '9h0m0s' },
        },
      },
      'soaking',
    ],
  ])('%s', (_, sources, status, reason) => {
    const verdict = isFreightAvailable(aStage(sources), aFreight(status), NOW);
    expect(verdict.reason).toBe(reason);
    expect(verdict.available).toBe(
      ['direct', 'approved', 'verified-upstream'].includes(reason),
    );
    expect(verdict.message).not.toBe('');
  });

  it('never offers Freight of an origin that the Stage does not request, approved or not', () => {
    const verdict = isFreightAvailable(
      aStage({ direct: true }, 'other'),
      aFreight({ approvedFor: { prod: {} } }),
      NOW,
    );
    expect(verdict).toMatchObject({
      available: false,
      reason: 'origin-not-requested',
    });
  });

  it('never offers Freight of another project', () => {
    expect(
      isFreightAvailable(aStage({ direct: true }), aFreight({}, 'other'), NOW)
        .reason,
    ).toBe('other-project');
  });

  it.each<[string, FreightSources, FreightStatus, string | undefined]>([
    [
      'the earliest upstream decides when one is enough',
      { stages: ['qa', 'uat'], requiredSoakTime: '3h' },
      {
        verifiedIn: { qa: verified, uat: verified },
        currentlyIn: {
          qa: { since: '2026-03-01T10:00:00Z' },
          uat: { since: '2026-03-01T11:00:00Z' },
        },
      },
      '2026-03-01T13:00:00.000Z',
    ],
    [
      'the latest upstream decides when all must have soaked',
      {
        stages: ['qa', 'uat'],
        requiredSoakTime: '3h',
        availabilityStrategy: 'All',
      },
      {
        verifiedIn: { qa: verified, uat: verified },
        currentlyIn: {
          qa: { since: '2026-03-01T10:00:00Z' },
          uat: { since: '2026-03-01T11:00:00Z' },
        },
      },
      '2026-03-01T14:00:00.000Z',
    ],
    [
      'nobody knows when, while one of all has been left',
      {
        stages: ['qa', 'uat'],
        requiredSoakTime: '3h',
        availabilityStrategy: 'All',
      },
      {
        verifiedIn: {
          qa: { ...verified, longestSoak: '1h0m0s' },
          uat: verified,
        },
        currentlyIn: { uat: { since: '2026-03-01T11:00:00Z' } },
      },
      undefined,
    ],
    [
      'one that was left does not matter when one is enough',
      { stages: ['qa', 'uat'], requiredSoakTime: '3h' },
      {
        verifiedIn: {
          qa: { ...verified, longestSoak: '1h0m0s' },
          uat: verified,
        },
        currentlyIn: { uat: { since: '2026-03-01T11:00:00Z' } },
      },
      '2026-03-01T14:00:00.000Z',
    ],
    [
      'waiting does not help once the Freight has left',
      { stages: ['uat'], requiredSoakTime: '3h' },
      { verifiedIn: { uat: { ...verified, longestSoak: '1h0m0s' } } },
      undefined,
    ],
  ])('says when soaking ends: %s', (_, sources, status, at) => {
    const { availableAtMs } = isFreightAvailable(
      aStage(sources),
      aFreight(status),
      NOW,
    );
    expect(availableAtMs && new Date(availableAtMs).toISOString()).toBe(at);
  });
});

describe('the sentence on availability', () => {
  const stays = {
    verifiedIn: { qa: verified, uat: verified },
    currentlyIn: {
      qa: { since: '2026-03-01T10:30:00Z' },
      uat: { since: '2026-03-01T11:59:58.5Z' },
    },
  };

  it.each<[FreightSources, FreightStatus, string]>([
    [{ stages: ['qa'] }, {}, "Not yet verified in 'qa'"],
    [{ stages: ['qa', 'uat'] }, {}, "Not yet verified in any of 'qa', 'uat'"],
    [
      { stages: ['qa', 'uat'], availabilityStrategy: 'All' },
      { verifiedIn: { qa: verified } },
      "Not yet verified in 'uat'",
    ],
    [
      { stages: ['qa', 'uat'] },
      { verifiedIn: { qa: verified } },
      "Verified in 'qa'",
    ],
    [
      { stages: ['qa', 'uat'], requiredSoakTime: '3h' },
      stays,
      "Soaked 1h30m0s of 3h0m0s in 'qa', 'uat'",
    ],
    [
      { stages: ['uat'], requiredSoakTime: '3h' },
      stays,
      "Soaked 1s of 3h0m0s in 'uat'",
    ],
    [
      { stages: ['qa'], requiredSoakTime: '3h' },
      { verifiedIn: { qa: { ...verified, longestSoak: '1m0s' } } },
      "Soaked 1m0s of 3h0m0s in 'qa', and is no longer there",
    ],
    [
      { stages: [], availabilityStrategy: 'All' },
      {},
      'All of no upstream Stages have verified the Freight',
    ],
    [
      { stages: [] },
      {},
      'The Stage names neither its Warehouse nor an upstream Stage as a source; only approved Freight can enter',
    ],
  ])('of %j in %j is: %s', (sources, status, message) => {
    expect(
      isFreightAvailable(aStage(sources), aFreight(status), NOW).message,
    ).toBe(message);
  });
});

describe('soakMs', () => {
  it.each<[string, FreightStatus, number]>([
    [
      'is nothing before verification',
      { currentlyIn: { uat: { since: '2026-03-01T00:00:00Z' } } },
      0,
    ],
    ['is nothing without a stay', { verifiedIn: { uat: verified } }, 0],
    [
      'is the current stay',
      {
        verifiedIn: { uat: verified },
        currentlyIn: { uat: { since: '2026-03-01T11:30:00Z' } },
      },
      1_800_000,
    ],
    [
      'is the longest stay, never a sum',
      {
        verifiedIn: { uat: { ...verified, longestSoak: '40m0s' } },
        currentlyIn: { uat: { since: '2026-03-01T11:30:00Z' } },
      },
      2_400_000,
    ],
  ])('%s', (_, status, expected) => {
    expect(soakMs(aFreight(status), 'uat', NOW)).toBe(expected);
  });
});
