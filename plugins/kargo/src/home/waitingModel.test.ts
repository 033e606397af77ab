import { Stage } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aPromotion,
  aStage,
  holding,
  NOW_MS,
} from '../../dev/testing/builders';
import { waitingItems } from './waitingModel';

const old = aFreight('f1', { version: '1.0.0', minutesOld: 90 });
const newest = aFreight('f2', { version: '1.1.0', minutesOld: 10 });
const verified = aFreight('f2', {
  version: '1.1.0',
  minutesOld: 10,
  status: { verifiedIn: { test: {} } },
});

const yes = { allowed: true };
const no = { allowed: false };
const upstream = { sources: { stages: ['test'] } };

function waits(
  stage: Stage,
  rights: { promote?: boolean; approve?: boolean } = { promote: true },
  freight = [old, newest],
) {
  const { name } = stage.metadata;
  return waitingItems(
    [
      {
        project: 'shop',
        stages: [stage],
        freight,
        access: {
          project: { manage: no },
          stages: {
            [name]: {
              promote: rights.promote ? yes : no,
              approve: rights.approve ? yes : no,
            },
          },
        },
      },
    ],
    NOW_MS,
  ).map(({ kind, version }) => [kind, version].filter(Boolean).join(' '));
}

const held = {
  autoPromotionEnabled: true,
  autoPromotionHolds: { 'Warehouse/web': { actor: 'ana' } },
};

describe('waitingItems', () => {
  it.each<[string, string[], string[]]>([
    [
      'a newer version that I may promote waits for me',
      waits(aStage('test', { status: holding(old) })),
      ['promote 1.1.0'],
    ],
    [
      'the first version of all waits for me',
      waits(aStage('test')),
      ['promote 1.1.0'],
    ],
    [
      'nothing waits where the newest runs',
      waits(aStage('test', { status: holding(newest) })),
      [],
    ],
    [
      'what only others may promote waits for them',
      waits(aStage('test', { status: holding(old) }), {}),
      [],
    ],
    [
      'what automation takes waits for nobody',
      waits(
        aStage('test', {
          status: { ...holding(old), autoPromotionEnabled: true },
        }),
      ),
      [],
    ],
    [
      'automation that was paused waits for whoever resumes it',
      waits(aStage('test', { status: { ...holding(old), ...held } as never })),
      ['held 1.1.0'],
    ],
    [
      'what is not verified upstream waits for its verification, not for me',
      waits(aStage('uat', { ...upstream, status: holding(old) })),
      [],
    ],
    [
      'what is verified upstream waits for me',
      waits(
        aStage('uat', { ...upstream, status: holding(old) }),
        { promote: true },
        [old, verified],
      ),
      ['promote 1.1.0'],
    ],
    [
      'what only an approval lets in waits for whoever may approve',
      waits(aStage('prod', { sources: {}, status: holding(old) }), {
        approve: true,
        promote: true,
      }),
      ['approve 1.1.0'],
    ],
    [
      'a failed promotion waits for whoever may repeat it',
      waits(
        aStage('test', {
          status: {
            ...holding(newest),
            lastPromotion: {
              name: 'p1',
              status: aPromotion('p1', aStage('test'), newest, {
                phase: 'Failed',
              }).status,
            } as never,
          },
        }),
      ),
      ['failed'],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  it('says nothing while it is unknown what I may do', () => {
    expect(
      waitingItems(
        [
          {
            project: 'shop',
            stages: [aStage('test')],
            freight: [newest],
            access: undefined,
          },
        ],
        NOW_MS,
      ),
    ).toEqual([]);
  });
});
