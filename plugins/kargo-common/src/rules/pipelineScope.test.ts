import { Stage } from '../model/Stage';
import { Warehouse } from '../model/Warehouse';
import {
  findPipelineScope,
  isKargoAvailable,
  matchesGlob,
  PipelineScope,
  selectPipeline,
} from './pipelineScope';

describe('matchesGlob', () => {
  it.each<[string, string, boolean]>([
    ['prod', 'prod', true],
    ['prod', 'prod-eu', false],
    ['web-*', 'web-prod', true],
    ['web-*', 'api-prod', false],
    ['*-prod', 'web-eu-prod', true],
    ['*', '', true],
    ['*a*b', 'xaxxbxb', true],
    ['?', 'a', true],
    ['?', '', false],
    ['a.c', 'abc', false],
    ['[ab]', 'a', false],
    ['', '', true],
  ])('%s against %s: %s', (glob, name, expected) => {
    expect(matchesGlob(glob, name)).toBe(expected);
  });

  it('stays quick on a hostile glob', () => {
    expect(matchesGlob('*a'.repeat(200), 'a'.repeat(5000).concat('b'))).toBe(
      false,
    );
  });
});

describe('findPipelineScope', () => {
  it.each<[string, Record<string, string>, PipelineScope | undefined]>([
    ['no annotation', {}, undefined],
    ['an empty project', { 'kargo.akuity.io/project': ' ' }, undefined],
    [
      'a project alone',
      { 'kargo.akuity.io/project': 'shop' },
      { project: 'shop' },
    ],
    [
      'lists with blanks',
      {
        'kargo.akuity.io/project': 'shop',
        'kargo.akuity.io/stages': ' web-*, ,prod ',
        'kargo.akuity.io/warehouse': 'web',
      },
      { project: 'shop', stages: ['web-*', 'prod'], warehouses: ['web'] },
    ],
  ])('reads %s', (_, annotations, scope) => {
    const entity = { metadata: { annotations } };
    expect(findPipelineScope(entity)).toEqual(scope);
    expect(isKargoAvailable(entity)).toBe(scope !== undefined);
  });
});

describe('selectPipeline', () => {
  const warehouses = ['web', 'api', 'idle'].map(
    name => ({ metadata: { name } } as Warehouse),
  );
  const stages = [
    ['web-test', ['web']],
    ['api-test', ['api']],
    ['prod', ['web', 'api']],
  ].map(
    ([name, origins]) =>
      ({
        metadata: { name },
        spec: {
          requestedFreight: (origins as string[]).map(origin => ({
            origin: { kind: 'Warehouse', name: origin },
            sources: {},
          })),
        },
      } as Stage),
  );

  it.each<[string, Omit<PipelineScope, 'project'>, string[], string[]]>([
    [
      'everything',
      {},
      ['web-test', 'api-test', 'prod'],
      ['web', 'api', 'idle'],
    ],
    [
      'matching Stages and the Warehouses they ask',
      { stages: ['web-*'] },
      ['web-test'],
      ['web'],
    ],
    [
      'the Stages of one Warehouse',
      { warehouses: ['api'] },
      ['api-test', 'prod'],
      ['api'],
    ],
    [
      'both limits together',
      { stages: ['*-test'], warehouses: ['api'] },
      ['api-test'],
      ['api'],
    ],
  ])('selects %s', (_, scope, stageNames, warehouseNames) => {
    const selected = selectPipeline(
      { project: 'shop', ...scope },
      { stages, warehouses },
    );
    expect(selected.stages.map(s => s.metadata.name)).toEqual(stageNames);
    expect(selected.warehouses.map(w => w.metadata.name)).toEqual(
      warehouseNames,
    );
  });
});
