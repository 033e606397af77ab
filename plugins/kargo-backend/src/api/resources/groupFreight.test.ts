import { Freight } from 'backstage-plugin-kargo-common';
import { FreightOrder, groupFreight } from './groupFreight';

function aFreight(name: string, charts: Freight['charts']): Freight {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Freight',
    metadata: { name, uid: name, resourceVersion: '1' },
    origin: { kind: 'Warehouse', name: 'charts' },
    charts,
  } as Freight;
}

const CLASSIC = 'https://charts.example';
const OCI = 'oci://ghcr.io/acme/web';

/** The newest first. */
const FREIGHT = [
  aFreight('f3', [{ repoURL: CLASSIC, name: 'web', version: '1.9.0' }]),
  aFreight('f2', [
    { repoURL: CLASSIC, name: 'web', version: '1.10.0' },
    { repoURL: OCI, version: '3.0.0' },
  ]),
  aFreight('f1', [{ repoURL: CLASSIC, name: 'db', version: '2.0.0' }]),
];

describe('Freight in groups of charts', () => {
  it.each<[FreightOrder, Record<string, string[]>]>([
    [
      { groupBy: 'chart_repo' },
      {
        [`${CLASSIC}/web`]: ['f2', 'f3'],
        [`${CLASSIC}/db`]: ['f1'],
        [OCI]: ['f2'],
      },
    ],
    [
      { groupBy: 'chart_repo', group: `${CLASSIC}/web`, orderBy: 'tag' },
      { [`${CLASSIC}/web`]: ['f3', 'f2'] },
    ],
    [{ groupBy: 'chart_repo', group: CLASSIC }, {}],
  ])('%j', (order, expected) => {
    const groups = groupFreight(FREIGHT, order);
    expect(
      Object.fromEntries(
        [...groups].map(([key, items]) => [
          key,
          items.map(({ metadata }) => metadata.name),
        ]),
      ),
    ).toEqual(expected);
  });
});
