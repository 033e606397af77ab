import { withoutOwnFields } from './withoutOwnFields';

const API = 'kargo.akuity.io/v1alpha1';
const OURS = {
  nextCheckAt: '2026-01-01T00:00:00Z',
  workspace: 'w-1',
  sealedOutputs: { text: 'x', keyId: 'k' },
};

function anObject(kind: string, status?: object) {
  const metadata = { name: 'a', namespace: 'shop' };
  return { apiVersion: API, kind, metadata, ...(status && { status }) };
}

describe('withoutOwnFields', () => {
  it.each<[string, unknown, unknown]>([
    [
      'a Promotion',
      anObject('Promotion', { phase: 'Running', ...OURS }),
      anObject('Promotion', { phase: 'Running' }),
    ],
    [
      'the Promotions that a Stage remembers',
      anObject('Stage', {
        currentPromotion: { name: 'p2', status: { ...OURS } },
        lastPromotion: { name: 'p1', status: { phase: 'Errored', ...OURS } },
      }),
      anObject('Stage', {
        currentPromotion: { name: 'p2', status: {} },
        lastPromotion: { name: 'p1', status: { phase: 'Errored' } },
      }),
    ],
    [
      'a Warehouse',
      anObject('Warehouse', {
        lastFreightID: 'f',
        considered: [],
        subscriptionFailures: [],
        subscriptionState: [],
      }),
      anObject('Warehouse', { lastFreightID: 'f' }),
    ],
    ['an object without a status', anObject('Stage'), anObject('Stage')],
  ])('leaves what only we know out of %s', (_, object, told) => {
    expect(withoutOwnFields(object)).toEqual(told);
  });

  it.each<[string, (object: unknown) => unknown]>([
    [
      'a list',
      object => ({ kind: 'PromotionList', metadata: {}, items: [object] }),
    ],
    ['pages of a list', object => [object]],
    ['what was promoted downstream', object => ({ promotions: [object] })],
    [
      'results of manifests',
      object => ({ results: [{ createdResourceManifest: object }, {}] }),
    ],
  ])('finds objects in %s', (_, wrap) => {
    expect(
      withoutOwnFields(wrap(anObject('Promotion', { phase: 'x', ...OURS }))),
    ).toEqual(wrap(anObject('Promotion', { phase: 'x' })));
  });

  it('changes no object of another kind, whatever its fields are called', () => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a' },
      status: { workspace: 'kept' },
    };
    expect(withoutOwnFields(map)).toBe(map);
  });
});
