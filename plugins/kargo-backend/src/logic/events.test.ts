import {
  ApiToken,
  Draft,
  Freight,
  KargoEvent,
  VerificationPhase,
} from 'backstage-plugin-kargo-common';
import { aFreight, aPromotion, metadataOf } from '../testing/resourceBuilders';
import {
  EventReason,
  freightEvent,
  promotionEvent,
  tokenEvent,
  verificationReason,
} from './events';

const CONTEXT = {
  now: '2026-01-01T12:00:00Z',
  id: '01k4',
  component: 'a-controller',
  actor: 'controller:a-controller',
};
const image = {
  repoURL: 'ghcr.io/acme/web',
  tag: '1.0.0',
  digest: 'sha256:1',
};
const freight: Freight = {
  ...aFreight('f1'),
  alias: 'brisk-otter',
  images: [image],
};

/** What an event tells in annotations, without their common prefix. */
function dataOf({ metadata }: Draft<KargoEvent>) {
  return Object.fromEntries(
    Object.entries(metadata.annotations ?? {}).map(([key, value]) => [
      key.replace('event.kargo.akuity.io/', ''),
      value,
    ]),
  );
}

const OF_FREIGHT = {
  'freight-name': 'f1',
  'freight-create-time': '2026-01-01T00:00:00Z',
  'freight-warehouse-name': 'web',
  'freight-alias': 'brisk-otter',
  'freight-images': JSON.stringify([image]),
};

describe('an event', () => {
  it.each<[EventReason, 'Normal' | 'Warning']>([
    ['PromotionCreated', 'Normal'],
    ['PromotionWaiting', 'Normal'],
    ['PromotionSucceeded', 'Normal'],
    ['PromotionFailed', 'Warning'],
    ['PromotionErrored', 'Warning'],
    ['PromotionAborted', 'Warning'],
    ['PromotionDiscarded', 'Normal'],
    ['PromotionDeleted', 'Normal'],
  ])('%s about a Promotion is %s', (reason, severity) => {
    const promotion = aPromotion('p1');
    const told = promotionEvent(reason, promotion, freight, CONTEXT, {
      message: 'what happened',
    });
    expect(told).toMatchObject({
      metadata: { name: 'p1.01k4', namespace: 'demo' },
      type: severity,
      reason,
      message: 'what happened',
      involvedObject: {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Promotion',
        namespace: 'demo',
        name: 'p1',
        uid: 'p1-uid',
      },
      source: { component: 'a-controller' },
      firstTimestamp: CONTEXT.now,
      lastTimestamp: CONTEXT.now,
    });
    expect(dataOf(told)).toEqual({
      project: 'demo',
      actor: 'controller:a-controller',
      'promotion-name': 'p1',
      'promotion-create-time': '2026-01-01T00:00:00Z',
      'stage-name': 'test',
      ...OF_FREIGHT,
    });
  });

  it.each<[EventReason, 'Normal' | 'Warning', string]>([
    ['FreightCreated', 'Normal', "Freight created from Warehouse 'web'"],
    ['FreightApproved', 'Normal', "Freight approved for Stage 'test'"],
    [
      'FreightVerificationSucceeded',
      'Normal',
      "Verification in Stage 'test' succeeded",
    ],
    [
      'FreightVerificationFailed',
      'Warning',
      "Verification in Stage 'test' failed",
    ],
    [
      'FreightVerificationErrored',
      'Warning',
      "Verification in Stage 'test' could not be carried out",
    ],
    [
      'FreightVerificationAborted',
      'Warning',
      "Verification in Stage 'test' was aborted",
    ],
    [
      'FreightVerificationInconclusive',
      'Warning',
      "Verification in Stage 'test' came to no conclusion",
    ],
    [
      'FreightVerificationUnknown',
      'Warning',
      "Verification in Stage 'test' ended in a way that is not known",
    ],
  ])(
    '%s about Freight is %s, and says so in a sentence',
    (reason, severity, message) => {
      const told = freightEvent(reason, freight, 'test', CONTEXT, {
        message: '',
      });
      expect(told).toMatchObject({
        type: severity,
        reason,
        message,
        involvedObject: { kind: 'Freight', name: 'f1' },
      });
      expect(dataOf(told)).toEqual({
        project: 'demo',
        actor: 'controller:a-controller',
        'stage-name': 'test',
        ...OF_FREIGHT,
      });
    },
  );

  it('of a verification tells when it was, which run it had, and who asked for it', () => {
    const told = freightEvent(
      'FreightVerificationFailed',
      freight,
      'test',
      CONTEXT,
      {
        message: 'no',
        promotion: 'p1',
        verification: {
          id: 'v1',
          phase: 'Failed',
          actor: 'user:default/jo',
          startTime: '2026-01-01T11:00:00Z',
          finishTime: '2026-01-01T11:30:00Z',
          analysisRun: { namespace: 'demo', name: 'run', phase: 'Failed' },
        },
      },
    );
    expect(told.message).toBe('no');
    expect(dataOf(told)).toMatchObject({
      actor: 'user:default/jo',
      'verification-start-time': '2026-01-01T11:00:00Z',
      'verification-finish-time': '2026-01-01T11:30:00Z',
      'analysis-run-name': 'run',
      'promotion-name': 'p1',
    });
  });

  it('of a Promotion names who created it, and whether it is verified yet', () => {
    const promotion = aPromotion('p1', {
      annotations: { 'kargo.akuity.io/create-actor': 'user:default/jo' },
    });
    const told = promotionEvent(
      'PromotionSucceeded',
      promotion,
      undefined,
      CONTEXT,
      { message: 'Promotion Succeeded', verificationPending: true },
    );
    expect(dataOf(told)).toMatchObject({
      actor: 'user:default/jo',
      'verification-pending': 'true',
    });
  });

  it('of a Promotion names the Applications that it is about, and whether it goes back', () => {
    const promotion = aPromotion('p1', {
      annotations: { 'kargo.akuity.io/rollback': 'true' },
      status: {
        phase: 'Running',
        state: { sync: { apps: [{ name: 'web', namespace: 'gitops' }] } },
      },
    });
    promotion.spec.steps = [
      {
        uses: 'argocd-update',
        as: 'sync',
        config: { apps: [{ name: 'web' }] },
      },
      {
        uses: 'argocd-update',
        as: 'later',
        config: { apps: [{ name: 'api' }, { name: '${{ vars.app }}' }] },
      },
    ];
    expect(
      dataOf(
        promotionEvent('PromotionFailed', promotion, undefined, CONTEXT, {
          message: 'Promotion Failed',
        }),
      ),
    ).toMatchObject({
      applications: JSON.stringify([
        { Namespace: 'argocd', Name: 'api' },
        { Namespace: 'gitops', Name: 'web' },
      ]),
      rollback: 'true',
    });
  });

  it.each<[VerificationPhase, EventReason]>([
    ['Successful', 'FreightVerificationSucceeded'],
    ['Failed', 'FreightVerificationFailed'],
    ['Error', 'FreightVerificationErrored'],
    ['Aborted', 'FreightVerificationAborted'],
    ['Inconclusive', 'FreightVerificationInconclusive'],
    ['', 'FreightVerificationUnknown'],
  ])('of a verification that is %p is %s', (phase, reason) => {
    expect(verificationReason(phase)).toBe(reason);
  });

  it.each([
    ['APITokenCreated', 'created for', true],
    ['APITokenDeleted', 'deleted from', false],
  ] as const)('%s tells of a Secret', (reason, what, isSystem) => {
    const token = {
      kind: 'ApiToken',
      metadata: metadataOf('ci'),
      spec: { role: 'promoter' },
    } as unknown as ApiToken;
    const told = tokenEvent(reason, token, CONTEXT, { isSystem });
    expect(told).toMatchObject({
      type: 'Normal',
      message: `API token "ci" ${what} Role "promoter" by "controller:a-controller"`,
      involvedObject: { apiVersion: 'v1', kind: 'Secret', name: 'ci' },
    });
    expect(dataOf(told)).toEqual({
      project: 'demo',
      actor: 'controller:a-controller',
      'api-token-name': 'ci',
      'role-name': 'promoter',
      ...(isSystem && { 'api-token-system-level': 'true' }),
    });
  });
});
