import {
  FreightCollection,
  Stage,
  verifiedStage,
} from 'backstage-plugin-kargo-common';
import { aCollection, aFreight, aStage } from '../../testing/resourceBuilders';
import { buildAnalysisRun } from './buildAnalysisRun';

const ULID = '01k4q0x7m2v8c3n5d6f9g1h2j3';

function build(
  stage: Stage,
  rolloutsCluster?: string,
  changes: Partial<FreightCollection> = {},
) {
  return buildAnalysisRun({
    stage,
    collection: { ...aCollection('f1'), id: '076fb8ff872e87a4', ...changes },
    freight: [aFreight('f1')],
    spec: { metrics: [] },
    slot: 'slot',
    ulid: ULID,
    ...(rolloutsCluster && { rolloutsCluster }),
  });
}

describe('buildAnalysisRun', () => {
  it('cuts the long name of a Stage, and remembers it whole', () => {
    const name = 'a'.repeat(230);
    const run = build(aStage({ metadata: { name } }));
    expect(run.metadata.name).toBe(`${'a'.repeat(218)}.${ULID}.076fb8f`);
    expect(run.metadata.labels?.['kargo.akuity.io/stage']).toMatch(
      /^a{54}-[0-9a-f]{8}$/,
    );
    expect(run.metadata.annotations?.['kargo.akuity.io/stage']).toBe(name);
    expect(verifiedStage(run as never)).toBe(name);
  });

  it('takes labels and annotations of the Stage, but none that are the engine’s', () => {
    const run = build(
      aStage({
        spec: {
          verification: {
            analysisRunMetadata: {
              labels: { team: 'a', 'kargo.akuity.io/stage': 'other' },
              annotations: {
                note: 'b',
                'kargo.akuity.io/verification': 'other',
                'kargo.akuity.io/rollouts-cluster': 'other',
              },
            },
          },
        },
        status: { lastPromotion: { name: 'p1' } },
      }),
    );
    expect(run.metadata.labels).toEqual({
      team: 'a',
      'kargo.akuity.io/stage': 'test',
      'kargo.akuity.io/freight-collection': '076fb8ff872e87a4',
    });
    expect(run.metadata.annotations).toEqual({
      note: 'b',
      'kargo.akuity.io/promotion': 'p1',
      'kargo.akuity.io/verification': 'slot',
    });
    expect(run.metadata.finalizers).toBeUndefined();
  });

  it.each([
    [
      'a person asked for it again',
      'v1',
      { actor: 'user:default/ada' },
      undefined,
    ],
    ['its Freight was promoted again', 'v1', { controlPlane: true }, 'p2'],
    ['another one was asked for', 'v0', { controlPlane: true }, undefined],
  ])('names the Promotion that brought it on: %s', (_, id, more, promotion) => {
    const request = JSON.stringify({ id, actor: 'controller:stage', ...more });
    const { metadata } = build(
      aStage({
        metadata: { annotations: { 'kargo.akuity.io/reverify': request } },
        status: { lastPromotion: { name: 'p2' } },
      }),
      undefined,
      { verificationHistory: [{ id: 'v1', phase: 'Successful' }] },
    );
    expect(metadata.annotations?.['kargo.akuity.io/promotion']).toBe(promotion);
  });

  it('is cleaned up after, and remembers its cluster, when one runs it', () => {
    const { metadata } = build(aStage(), 'checks');
    expect(metadata.annotations?.['kargo.akuity.io/rollouts-cluster']).toBe(
      'checks',
    );
    expect(metadata.finalizers).toEqual(['kargo.akuity.io/finalizer']);
  });
});
