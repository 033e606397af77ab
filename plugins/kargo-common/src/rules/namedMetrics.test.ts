import { AnalysisArgument } from '../model/Analysis';
import { namedMetrics } from './namedMetrics';

describe('namedMetrics', () => {
  const args: AnalysisArgument[] = [
    { name: 'app.name', value: 'web' },
    { name: 'empty', value: '' },
    {
      name: 'token',
      value: 'x',
      valueFrom: { secretKeyRef: { name: 's', key: 'k' } },
    },
  ];

  it.each([
    ['smoke', 'smoke'],
    ['{{args.app.name}}-smoke', 'web-smoke'],
    ['{{ args.app.name }}/{{args.app.name}}{{args.empty}}', 'web/web'],
    ['{{args.token}}', '{{args.token}}'],
    ['{{args.other}} {{app}}', '{{args.other}} {{app}}'],
  ])('calls %j %j', (name, called) => {
    const provider = { web: { url: '{{args.app.name}}' } };
    expect(namedMetrics({ metrics: [{ name, provider }], args })).toEqual([
      { name: called, provider },
    ]);
  });

  it('has nothing of a run without metrics', () => {
    expect(namedMetrics({})).toEqual([]);
  });
});
