import { jobContainers } from './jobContainers';

describe('jobContainers', () => {
  const jobOf = (pod: unknown) => ({ spec: { template: { spec: pod } } });

  it.each<[string, unknown, string[], string[]]>([
    ['one', jobOf({ containers: [{ name: 'test' }] }), [], ['test']],
    [
      'those that prepare',
      jobOf({
        initContainers: [{ name: 'fetch' }],
        containers: [{ name: 'test' }, { name: 'proxy' }],
      }),
      ['fetch'],
      ['test', 'proxy'],
    ],
    ['none of no job', undefined, [], []],
    ['none of what is no job', jobOf('x'), [], []],
    ['none of a list that is none', jobOf({ containers: {} }), [], []],
    ['one without a name', jobOf({ containers: [null] }), [], ['']],
  ])('finds %s', (_, job, initial, main) => {
    const metric = { name: 'smoke', provider: { job } };
    expect(jobContainers(metric)).toEqual({ initial, main });
  });
});
