import {
  AnalysisArgument,
  AnalysisTemplateSpec,
} from 'backstage-plugin-kargo-common';
import { mergeTemplates, supplyArgs } from './mergeTemplates';

function measuring(...names: string[]): AnalysisTemplateSpec {
  return { metrics: names.map(name => ({ name, provider: { web: {} } })) };
}

const ref = { secretKeyRef: { name: 's', key: 'k' } };
const other = { secretKeyRef: { name: 's', key: 'other' } };

describe('mergeTemplates', () => {
  it('measures what all templates measure, in their order', () => {
    const { metrics } = mergeTemplates([measuring('b', 'a'), measuring('c')]);
    expect(metrics?.map(metric => metric.name)).toEqual(['b', 'a', 'c']);
  });

  it('drops references to further templates, so that nothing is left to measure', () => {
    expect(mergeTemplates([{ templates: [{ templateName: 'x' }] }])).toEqual(
      {},
    );
  });

  it.each<[string, AnalysisTemplateSpec[], string]>([
    [
      'metrics of one name',
      [measuring('a'), measuring('a')],
      'duplicate metric name: "a"',
    ],
    [
      'rules of one pattern',
      [{ dryRun: [{ metricName: '.*' }] }, { dryRun: [{ metricName: '.*' }] }],
      'duplicate dry-run metric name: ".*"',
    ],
    [
      'retention of one pattern',
      [
        { measurementRetention: [{ metricName: 'a', limit: 1 }] },
        { measurementRetention: [{ metricName: 'a', limit: 2 }] },
      ],
      'duplicate measurement retention metric name: "a"',
    ],
    [
      'arguments with different values',
      [
        { args: [{ name: 'x', value: 'a' }] },
        { args: [{ name: 'x', value: 'b' }] },
      ],
      'conflicting values for argument "x": "a" and "b"',
    ],
  ])('refuses %s', (_, templates, message) => {
    expect(() => mergeTemplates(templates)).toThrow(message);
  });

  it.each<[string, AnalysisArgument, AnalysisArgument, AnalysisArgument]>([
    [
      'keeps an equal value',
      { name: 'x', value: 'a' },
      { name: 'x', value: 'a', valueFrom: ref },
      { name: 'x', value: 'a' },
    ],
    [
      'keeps a value where none follows',
      { name: 'x', value: 'a', valueFrom: ref },
      { name: 'x' },
      { name: 'x', value: 'a', valueFrom: ref },
    ],
    [
      'fills a missing value and keeps the reference',
      { name: 'x', valueFrom: ref },
      { name: 'x', value: 'a' },
      { name: 'x', value: 'a', valueFrom: ref },
    ],
    [
      'loses a later reference',
      { name: 'x' },
      { name: 'x', valueFrom: other },
      { name: 'x' },
    ],
  ])('%s', (_, first, second, expected) => {
    expect(
      mergeTemplates([{ args: [first] }, { args: [second] }]).args,
    ).toEqual([expected]);
  });
});

describe('supplyArgs', () => {
  it('gives values, drops those that nobody declared, and keeps references', () => {
    expect(
      supplyArgs(
        [
          { name: 'x' },
          { name: 'y', value: 'default' },
          { name: 'z', valueFrom: ref },
        ],
        { x: '1', z: '3', unknown: '4', toString: '5' },
      ),
    ).toEqual([
      { name: 'x', value: '1' },
      { name: 'y', value: 'default' },
      { name: 'z', value: '3', valueFrom: ref },
    ]);
  });

  it('names an argument that is left without a value', () => {
    expect(() => supplyArgs([{ name: 'token' }], {})).toThrow(
      'unresolved argument "token": neither Value nor ValueFrom is set',
    );
  });

  it('does not take for a value what every object inherits', () => {
    expect(() => supplyArgs([{ name: 'toString' }], {})).toThrow('unresolved');
  });
});
