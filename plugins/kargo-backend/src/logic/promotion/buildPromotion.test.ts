import { Draft, Promotion, Stage } from 'backstage-plugin-kargo-common';
import { inOneTurn } from '../../testing/inOneTurn';
import { aFreight, aStage } from '../../testing/resourceBuilders';
import {
  buildPromotion,
  BuildPromotionInput,
  promotionIntent,
} from './buildPromotion';

const ACTOR = 'kargo.akuity.io/create-actor';
const HOLD = 'kargo.akuity.io/auto-promotion-hold';
const RESUME = 'kargo.akuity.io/auto-promotion-resume';
const STAGE = 'kargo.akuity.io/stage';
const SHARD = 'kargo.akuity.io/shard';

function build(
  input: Partial<BuildPromotionInput> = {},
  stage: Stage = aStage(),
): Draft<Promotion> {
  return inOneTurn(
    buildPromotion({
      ...{ stage, freight: aFreight('f1'), tasks: [] },
      ulid: '01j00000000000000000000000',
      ...input,
    }),
  );
}

describe('buildPromotion', () => {
  it('tells who asked, not who the manifest says', () => {
    const annotations = { [ACTOR]: 'admin', [STAGE]: 'prod', note: 'x' };
    expect(build({ annotations, actor: 'ana' }).metadata.annotations).toEqual({
      [ACTOR]: 'ana',
      [STAGE]: 'test',
      note: 'x',
    });
    expect(build({ annotations }).metadata.annotations).toEqual({
      [STAGE]: 'test',
      note: 'x',
    });
  });

  it.each<[BuildPromotionInput['intent'], object]>([
    ['hold', { [HOLD]: 'Warehouse/web' }],
    ['resume', { [RESUME]: 'Warehouse/web' }],
    [undefined, {}],
  ])(
    'tells the intent %s alone, whatever the manifest says',
    (intent, told) => {
      const annotations = { [HOLD]: 'a', [RESUME]: 'b' };
      expect(build({ annotations, intent }).metadata.annotations).toEqual({
        [STAGE]: 'test',
        ...told,
      });
    },
  );

  it.each([
    ['of one without a shard', undefined, {}],
    ['of one with a shard', 'eu', { [SHARD]: 'eu' }],
  ])('has the labels that were given and those %s', (_, shard, told) => {
    const labels = { team: 'a', [SHARD]: 'us', [STAGE]: 'prod' };
    const stage = aStage({ spec: { shard } });
    expect(build({ labels }, stage).metadata.labels).toEqual({
      team: 'a',
      [STAGE]: 'test',
      ...told,
    });
  });

  it('has the variables of the Stage before those of its steps', () => {
    const one = { name: 'a', value: '1' };
    const other = { name: 'a', value: '2' };
    const stage = aStage({
      spec: {
        vars: [one],
        promotionTemplate: {
          spec: { vars: [other], steps: [{ uses: 'noop' }] },
        },
      },
    });
    expect(build({}, stage).spec).toMatchObject({
      vars: [one, other],
      steps: [{ uses: 'noop' }],
    });
    expect(build().spec).not.toHaveProperty('vars');
  });
});

describe('promotionIntent', () => {
  it.each([
    ['what automation would promote', aFreight('f1'), 'resume'],
    ['other Freight', aFreight('f2'), 'hold'],
    ['what automation would not promote', undefined, 'hold'],
  ])('of %s', (_, candidate, intent) => {
    expect(promotionIntent(aFreight('f1'), candidate)).toBe(intent);
  });
});
