import { KargoEvent } from 'backstage-plugin-kargo-common';
import { aFreight, aPromotion, aStage } from '../../dev/testing/builders';
import {
  ActivityFilter,
  Deed,
  eventDeed,
  filterOptions,
  isWanted,
  promotionDeed,
} from './activityFilter';

const PREFIX = 'event.kargo.akuity.io/';

function anEvent(
  kind: string,
  annotations: Record<string, string>,
): Pick<KargoEvent, 'metadata' | 'involvedObject'> {
  return {
    metadata: { ...aStage('prod').metadata, annotations },
    involvedObject: { apiVersion: 'v1alpha1', kind, name: 'it' },
  };
}

describe('promotionDeed', () => {
  it.each([
    ['controller:stage-controller', 'controller'],
    [undefined, 'controller'],
    ['user:default/rita', 'user:default/rita'],
    ['email:rita@acme.io', 'rita@acme.io'],
  ])('of what %s started is by %s', (by, actor) => {
    const promotion = aPromotion('p', aStage('prod'), aFreight('f1'));
    promotion.metadata.annotations = by
      ? { 'kargo.akuity.io/create-actor': by }
      : {};
    expect(promotionDeed(promotion)).toEqual({ stage: 'prod', actor });
  });
});

describe('eventDeed', () => {
  it.each<[string, string, Record<string, string>, Deed]>([
    [
      'a Stage that it names',
      'Freight',
      { 'stage-name': 'prod' },
      { stage: 'prod' },
    ],
    ['the Stage that it is about', 'Stage', {}, { stage: 'it' }],
    ['no Stage', 'Freight', {}, {}],
    [
      'what automation did',
      'Freight',
      { actor: 'controller:promotions' },
      { actor: 'controller' },
    ],
    [
      'what a person did',
      'Freight',
      { actor: 'email:rita@acme.io' },
      { actor: 'rita@acme.io' },
    ],
  ])('of %s', (_, kind, told, deed) => {
    const annotations = Object.fromEntries(
      Object.entries(told).map(([name, value]) => [`${PREFIX}${name}`, value]),
    );
    expect(eventDeed(anEvent(kind, annotations) as KargoEvent)).toEqual({
      stage: undefined,
      actor: undefined,
      ...deed,
    });
  });
});

describe('isWanted', () => {
  const deed: Deed = { stage: 'prod', actor: 'rita' };

  it.each<[Partial<ActivityFilter>, Deed, boolean]>([
    [{}, deed, true],
    [{}, {}, true],
    [{ stage: 'prod' }, deed, true],
    [{ stage: 'test' }, deed, false],
    [{ actor: 'rita' }, deed, true],
    [{ actor: 'bob' }, deed, false],
    [{ stage: 'prod', actor: 'bob' }, deed, false],
    [{ stage: 'test', actor: 'rita' }, deed, false],
    [{ actor: 'rita' }, {}, false],
  ])('who asks for %j is shown %j: %s', (filter, done, expected) => {
    expect(isWanted({ stage: '', actor: '', ...filter }, done)).toBe(expected);
  });
});

describe('filterOptions', () => {
  it('are each once, by name, with what is asked for already', () => {
    const deeds = [{ stage: 'qa' }, { stage: 'prod' }, { stage: 'qa' }, {}];
    expect(filterOptions('stage', deeds, { stage: 'gone', actor: '' })).toEqual(
      ['gone', 'prod', 'qa'],
    );
    expect(filterOptions('actor', deeds, { stage: 'gone', actor: '' })).toEqual(
      [],
    );
  });
});
