import { KindName, MANIFESTS } from 'backstage-plugin-kargo-common';
import { manifestShape, PathStep, Shape, shapeAt } from './manifestShape';

const typeAt = (kind: KindName, ...path: PathStep[]) =>
  shapeAt(manifestShape(kind), path)?.type;

describe('what a manifest may hold', () => {
  it.each(Object.keys(MANIFESTS) as KindName[])(
    'is told of a %s by its schema',
    kind => {
      const shape = manifestShape(kind);
      const names =
        shape.type === 'object' ? shape.fields.map(({ name }) => name) : [];
      expect(names).toEqual(
        expect.arrayContaining(['apiVersion', 'kind', 'metadata']),
      );
    },
  );

  it.each<[string, Shape['type'] | undefined, KindName, PathStep[]]>([
    ['a text', 'text', 'Warehouse', ['spec', 'interval']],
    ['a choice', 'choice', 'Warehouse', ['spec', 'freightCreationPolicy']],
    ['a list', 'list', 'Stage', ['spec', 'requestedFreight']],
    [
      'a switch',
      'switch',
      'Stage',
      ['spec', 'requestedFreight', 0, 'sources', 'direct'],
    ],
    [
      'a number',
      'number',
      'Warehouse',
      ['spec', 'subscriptions', 0, 'image', 'discoveryLimit'],
    ],
    [
      'what a type of others takes',
      'object',
      'Warehouse',
      ['spec', 'subscriptions', 0, 'npm'],
    ],
    ['nothing', undefined, 'Stage', ['spec', 'nonsense']],
  ])('has %s', (_, type, kind, path) => {
    expect(typeAt(kind, ...path)).toBe(type);
  });

  it('says which fields have to be there', () => {
    const spec = shapeAt(manifestShape('Stage'), ['spec']);
    const required =
      spec?.type === 'object'
        ? spec.fields.filter(({ isRequired }) => isRequired)
        : [];
    expect(required.map(({ name }) => name)).toEqual(['requestedFreight']);
  });
});
