import { AnalysisArgument } from '../model/Analysis';
import { namedMetrics } from './metricArguments';

describe('namedMetrics', () => {
  const args: AnalysisArgument[] = [
    { name: 'app.name', value: 'web' },
    { name: 'of the team', value: 'shop' },
    { name: 'empty', value: '' },
    {
      name: 'token',
      valueFrom: { secretKeyRef: { name: 's', key: 'k' } },
    },
  ];

  it.each([
    ['smoke', 'smoke'],
    ['{{args.app.name}}-smoke', 'web-smoke'],
    ['{{ args.app.name }}/{{args.app.name}}{{args.empty}}', 'web/web'],
    ['{{args.of the team}}', 'shop'],
    ['{{args.token}}', 'temp-for-secret'],
  ])('calls %j %j', (name, called) => {
    const provider = { web: { url: 'http://{{args.app.name}}' } };
    const successCondition = 'result == "{{args.app.name}}"';
    const metrics = [{ name, provider, successCondition }];
    expect(namedMetrics({ metrics, args })).toEqual([
      {
        name: called,
        provider: { web: { url: 'http://web' } },
        successCondition,
      },
    ]);
  });

  it.each<[string, string, AnalysisArgument[]]>([
    ['a placeholder is of no argument', '{{args.other}}', args],
    ['an argument has no value', '{{args.app}}', [{ name: 'app' }]],
  ])('leaves metrics as they are where %s', (_, name, given) => {
    const metrics = [{ name, provider: {} }];
    expect(namedMetrics({ metrics, args: given })).toEqual(metrics);
  });

  it('has nothing of a run without metrics', () => {
    expect(namedMetrics({})).toEqual([]);
  });
});
