import { Entity } from '@backstage/catalog-model';
import { aStage } from '../../dev/testing/builders';
import { deliveredBy, dependentsOf, providedApis } from './dependents';

function anEntity(
  name: string,
  annotations: Record<string, string>,
  relations: Record<string, string[]> = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name, namespace: 'default', annotations },
    relations: Object.entries(relations).flatMap(([type, targets]) =>
      targets.map(targetRef => ({ type, targetRef })),
    ),
  };
}

const project = { 'kargo.akuity.io/project': 'shop' };

describe('what a Stage delivers', () => {
  it.each([
    ['names its project', project, true],
    ['names the Stage', { ...project, 'kargo.akuity.io/stages': 'pr*' }, true],
    [
      'names other Stages',
      { ...project, 'kargo.akuity.io/stages': 'uat' },
      false,
    ],
    [
      'names its Warehouse',
      { ...project, 'kargo.akuity.io/warehouse': 'web' },
      true,
    ],
    [
      'names another Warehouse',
      { ...project, 'kargo.akuity.io/warehouse': 'docs' },
      false,
    ],
    ['names another project', { 'kargo.akuity.io/project': 'x' }, false],
  ])('is an entity that %s: %j %s', (_, annotations, isDelivered) => {
    const entity = anEntity('web', annotations);
    expect(deliveredBy('shop', aStage('prod'), [entity])).toEqual(
      isDelivered ? [entity] : [],
    );
  });
});

describe('who is affected', () => {
  const web = anEntity('web', project, {
    dependencyOf: ['component:default/shop', 'component:default/web'],
    providesApi: ['api:default/orders'],
    dependsOn: ['resource:default/db'],
  });
  const orders = anEntity(
    'orders',
    {},
    {
      apiConsumedBy: ['component:default/mobile', 'component:default/shop'],
      apiProvidedBy: ['component:default/web'],
    },
  );

  it('is whoever depends on it or consumes its APIs, once', () => {
    expect(providedApis([web])).toEqual(['api:default/orders']);
    expect(dependentsOf([web], [orders])).toEqual([
      'component:default/mobile',
      'component:default/shop',
    ]);
  });

  it('is nobody where the catalog knows of none', () => {
    expect(dependentsOf([anEntity('web', project)], [])).toEqual([]);
  });
});
