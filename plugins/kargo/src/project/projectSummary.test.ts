import {
  aFreight,
  aStage,
  holding,
  minutesAgo,
  NOW_MS,
} from '../../dev/testing/builders';
import { WaitingInput } from '../home/waitingModel';
import { projectSummary } from './projectSummary';

const old = aFreight('f1', { minutesOld: 90 });
const newest = aFreight('f2', { minutesOld: 10 });
const yes = { allowed: true };
const no = { allowed: false };

function summary(input: Partial<WaitingInput>) {
  return projectSummary(
    {
      project: 'shop',
      stages: [],
      freight: [old, newest],
      access: undefined,
      ...input,
    },
    NOW_MS,
  );
}

describe('the summary of a project', () => {
  it('counts Stages that hold nothing, but for those that only let through', () => {
    const stages = [
      aStage('test', { status: holding(newest) }),
      aStage('uat'),
      aStage('prod'),
      aStage('gate', { steps: [] }),
    ];
    expect(summary({ stages })).toMatchObject({ empty: 2, passThrough: 1 });
  });

  it('takes a Stage where nothing ever succeeded for failing, not for empty', () => {
    const lastPromotion = {
      name: 'uat.1',
      status: { phase: 'Failed' as const },
    };
    const stages = [
      aStage('test', { status: holding(newest) }),
      aStage('uat', { status: { lastPromotion } }),
      aStage('prod'),
    ];
    expect(summary({ stages })).toMatchObject({ empty: 1, failing: 1 });
  });

  it('says what waits for me and what for others', () => {
    const stages = ['test', 'uat', 'prod'].map(name =>
      aStage(name, { status: holding(old) }),
    );
    const refused = (owners: string[]) => ({
      promote: no,
      approve: no,
      owners,
    });
    const access = {
      project: { manage: no },
      stages: {
        test: { promote: yes, approve: no },
        uat: refused(['group:default/ops', 'group:default/qa']),
        prod: { ...refused(['group:default/mine']), isOwner: true },
      },
    };
    expect(summary({ stages, access })).toMatchObject({
      forYou: 1,
      forOthers: {
        count: 2,
        owners: ['group:default/ops', 'group:default/qa'],
      },
    });
  });

  it('knows nothing that waits where every Stage runs the newest', () => {
    const stages = [aStage('test', { status: holding(newest) })];
    expect(summary({ stages })).toMatchObject({
      forYou: 0,
      forOthers: { count: 0, owners: [] },
    });
  });

  it('names the promotion that ended last', () => {
    const ended = (name: string, minutes: number) => ({
      ...holding(newest),
      lastPromotion: { name, finishedAt: minutesAgo(minutes) },
    });
    const stages = [
      aStage('test', { status: ended('test.2', 90) }),
      aStage('uat', { status: ended('uat.1', 5) }),
      aStage('prod', {
        status: { ...holding(newest), lastPromotion: { name: 'prod.1' } },
      }),
    ];
    expect(summary({ stages }).last).toEqual({
      name: 'uat.1',
      stage: 'uat',
      finishedAt: minutesAgo(5),
    });
    expect(summary({}).last).toBeUndefined();
  });
});
