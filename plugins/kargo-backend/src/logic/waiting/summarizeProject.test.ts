import { StageStatus, WaitingItem } from 'backstage-plugin-kargo-common';
import { aCollection, aStage } from '../../testing/resourceBuilders';
import { summarizeProject } from './summarizeProject';

const holding: StageStatus = { freightHistory: [aCollection('f1')] };

function stageOf(name: string, status: StageStatus = {}) {
  return aStage({ metadata: { name }, status });
}

const gate = aStage({
  metadata: { name: 'gate' },
  spec: { promotionTemplate: undefined },
});

describe('summarizeProject', () => {
  it('counts Stages that hold nothing, but for those that only let through', () => {
    const stages = [stageOf('test', holding), stageOf('uat'), gate];
    expect(summarizeProject('shop', stages, [])).toEqual({
      project: 'shop',
      stages: { count: 2, healthy: 0, empty: 1, failing: 0, passThrough: 1 },
      forCaller: [],
      forOthers: { count: 0, owners: [] },
    });
  });

  it('takes a Stage where nothing ever succeeded for failing, not for empty', () => {
    const lastPromotion = {
      name: 'uat.1',
      status: { phase: 'Failed' as const },
    };
    const stages = [stageOf('uat', { lastPromotion }), stageOf('prod')];
    expect(summarizeProject('shop', stages, []).stages).toEqual({
      ...{ count: 2, healthy: 0, empty: 1, failing: 1, passThrough: 0 },
    });
  });

  it('counts no Stage twice: one that is healthy and whose verification failed is failing', () => {
    const health = { status: 'Healthy' as const };
    const failed = aCollection('f1');
    failed.verificationHistory = [
      { id: 'v1', phase: 'Failed', startTime: '2026-03-01T10:00:00Z' },
    ];
    const stages = [
      stageOf('test', { ...holding, health }),
      stageOf('uat', { freightHistory: [failed], health }),
      // Of what is settled nothing is known before its health is.
      stageOf('prod', holding),
    ];
    expect(summarizeProject('shop', stages, []).stages).toEqual({
      ...{ count: 3, healthy: 1, empty: 0, failing: 1, passThrough: 0 },
    });
  });

  it('tells what waits for the caller, and for whom the rest does', () => {
    const waits = (
      kind: WaitingItem['kind'],
      stage: string,
      owners?: string[],
    ) => ({
      item: { kind, stage },
      isForCaller: owners === undefined,
      owners: owners ?? [],
    });
    const { forCaller, forOthers } = summarizeProject(
      'shop',
      [],
      [
        waits('promote', 'test'),
        waits('failed', 'uat'),
        waits('promote', 'qa', ['group:default/qa', 'group:default/ops']),
        waits('approve', 'prod', ['group:default/ops']),
        waits('approve', 'dr', []),
      ],
    );
    expect(forCaller.map(({ stage }) => stage)).toEqual(['uat', 'test']);
    expect(forOthers).toEqual({
      count: 3,
      owners: ['group:default/ops', 'group:default/qa'],
    });
  });

  it('names the promotion that ended last', () => {
    const ended = (name: string, finishedAt?: string): StageStatus => ({
      ...holding,
      lastPromotion: { name, ...(finishedAt && { finishedAt }) },
    });
    const stages = [
      stageOf('test', ended('test.2', '2026-03-01T10:00:00Z')),
      stageOf('uat', ended('uat.1', '2026-03-01T11:00:00Z')),
      stageOf('prod', ended('prod.1')),
    ];
    expect(summarizeProject('shop', stages, []).lastPromotion).toEqual({
      name: 'uat.1',
      stage: 'uat',
      finishedAt: '2026-03-01T11:00:00Z',
    });
  });
});
