import { PromotionPhase, StageStatus } from 'backstage-plugin-kargo-common';
import { aPromotion, aStage } from '../../testing/resourceBuilders';
import { decideArgoCdContext, removeArgoCdContext } from './argocdContext';

const CONTEXT = 'kargo.akuity.io/argocd-context';
const WEB = { name: 'web', namespace: 'argocd' };
const TOLD = JSON.stringify([WEB]);

/** Promotion `p1` that left a health check of these Applications. */
function promoted(phase: PromotionPhase, apps: object[]) {
  const config = { apps: apps.map(app => ({ ...app })) };
  return aPromotion('p1', {
    status: {
      phase,
      healthChecks: [{ uses: 'argocd-update', config }],
    },
  });
}

const stageWith = (value: string | undefined) =>
  aStage({
    metadata: { annotations: value === undefined ? {} : { [CONTEXT]: value } },
  });

describe('decideArgoCdContext', () => {
  it.each<
    [
      string,
      string | undefined,
      string,
      PromotionPhase,
      object[],
      { value?: string } | 'nothing',
    ]
  >([
    [
      'notes what was promoted',
      undefined,
      'p1',
      'Succeeded',
      [WEB],
      { value: TOLD },
    ],
    ['replaces another', '[]', 'p1', 'Succeeded', [WEB], { value: TOLD }],
    ['leaves what says the same', TOLD, 'p1', 'Succeeded', [WEB], 'nothing'],
    [
      'removes it after a Promotion about none',
      TOLD,
      'p1',
      'Succeeded',
      [],
      {},
    ],
    ['has none to remove', undefined, 'p1', 'Succeeded', [], 'nothing'],
    ['keeps it after a failure', TOLD, 'p1', 'Failed', [], 'nothing'],
    ['keeps it when the last is gone', TOLD, 'p2', 'Succeeded', [], 'nothing'],
  ])('%s', (_, before, last, phase, apps, annotated) => {
    const status: StageStatus = { lastPromotion: { name: last } };
    expect(
      decideArgoCdContext(stageWith(before), status, [promoted(phase, apps)]),
    ).toEqual(
      annotated === 'nothing'
        ? []
        : [{ kind: 'annotate-stage', annotation: CONTEXT, ...annotated }],
    );
  });
});

describe('removeArgoCdContext', () => {
  it.each([
    [TOLD, 1],
    [undefined, 0],
  ])('of %s', (before, effects) => {
    expect(removeArgoCdContext(stageWith(before))).toHaveLength(effects);
  });
});
