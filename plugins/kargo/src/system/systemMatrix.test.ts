import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { environmentName, systemMatrix } from './systemMatrix';

const freight = aFreight('f1');

function component(name: string, ...stages: string[]) {
  return {
    entityRef: `component:default/${name}`,
    name,
    scope: { project: name },
    content: {
      warehouses: [aWarehouse('web')],
      freight: [freight],
      stages: stages.map((stage, index) =>
        aStage(stage, {
          sources:
            index === 0 ? { direct: true } : { stages: [stages[index - 1]] },
          ...(index === 0 && { status: holding(freight) }),
        }),
      ),
    },
  };
}

describe('the components of a system', () => {
  it('stand across environments, in the order in which Freight comes to them', () => {
    const { environments, rows } = systemMatrix(
      [
        component('web', 'web-test', 'web-uat', 'web-prod'),
        component('api', 'test', 'prod'),
        component('db', 'prod-db'),
      ],
      0,
    );
    expect(environments).toEqual(['test', 'uat', 'prod']);
    expect(
      rows.map(({ component: { name }, cells }) => [
        name,
        Object.entries(cells).map(([environment, stages]) => [
          environment,
          stages.map(({ view }) => view.name),
        ]),
      ]),
    ).toEqual([
      [
        'web',
        [
          ['test', ['web-test']],
          ['uat', ['web-uat']],
          ['prod', ['web-prod']],
        ],
      ],
      [
        'api',
        [
          ['test', ['test']],
          ['prod', ['prod']],
        ],
      ],
      ['db', [['prod', ['prod-db']]]],
    ]);
  });

  it.each([
    ['web-prod', 'prod'],
    ['prod-web', 'prod'],
    ['shop-eu', 'eu'],
    ['prod', 'prod'],
    ['webprod', 'webprod'],
    ['web', 'web'],
  ])('call the environment of Stage %s %s', (stage, environment) => {
    expect(
      environmentName(stage, { name: 'web', scope: { project: 'shop' } }),
    ).toBe(environment);
  });

  it('can be those of some environments alone', () => {
    const web = component('web', 'web-test', 'web-prod');
    const { environments, rows } = systemMatrix(
      [web, component('docs', 'pages')],
      0,
      name => name === 'prod',
    );
    expect(environments).toEqual(['prod']);
    expect(rows.map(({ component: { name } }) => name)).toEqual(['web']);
  });
});
