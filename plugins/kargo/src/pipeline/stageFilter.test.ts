import { Stage, StageStatus } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aStage,
  holding,
  minutesAgo,
  NOW_MS,
} from '../../dev/testing/builders';
import { freightViews, isFreightFound } from '../freight/freightModel';
import { buildGraphModel, StageNodeModel } from './graphModel';
import {
  countGroups,
  filterStages,
  sortStages,
  StageFilter,
} from './stageFilter';

const old = aFreight('f1', {
  alias: 'calm-heron',
  version: '1.0.0',
  minutesOld: 90,
  status: { currentlyIn: { prod: { since: minutesAgo(50) } } },
});
const newest = aFreight('f2', {
  alias: 'keen-wren',
  version: '1.4.1',
  minutesOld: 10,
  status: {
    currentlyIn: { test: { since: minutesAgo(5) } },
    verifiedIn: { test: {} },
  },
});

const failed = {
  ...holding(old),
  lastPromotion: { name: 'p', status: { phase: 'Failed' } },
} as unknown as StageStatus;

const stages: Stage[] = [
  aStage('test', { status: holding(newest) }),
  aStage('uat', { sources: { stages: ['test'] }, status: failed }),
  aStage('prod', {
    sources: { stages: ['uat'] },
    status: {
      ...holding(old),
      autoPromotionEnabled: true,
      autoPromotionHolds: { 'Warehouse/web': { actor: 'ana' } },
    } as unknown as StageStatus,
  }),
  aStage('other', { warehouses: ['content'] }),
];

const nodes = buildGraphModel({
  stages,
  warehouses: [],
  freight: [old, newest],
  nowMs: NOW_MS,
}).nodes.filter((node): node is StageNodeModel => node.kind === 'stage');

const nothing = { search: '', origin: '', group: '' };

describe('the list of Stages', () => {
  it.each<[string, Partial<StageFilter>, string[]]>([
    ['everything', {}, ['other', 'test', 'uat', 'prod']],
    ['a part of a name', { search: 'PRO' }, ['prod']],
    ['a version that runs there', { search: '1.4' }, ['test']],
    [
      'the name of Freight that runs there',
      { search: 'heron' },
      ['uat', 'prod'],
    ],
    ['a Warehouse', { origin: 'content' }, ['other']],
    [
      'several Warehouses',
      { origin: 'content,web' },
      ['other', 'test', 'uat', 'prod'],
    ],
    ['a Warehouse that there is not', { origin: 'nope' }, []],
    ['what fails', { group: 'failing' }, ['uat']],
    ['what could take a newer version', { group: 'newer' }, ['uat']],
    ['what is on hold', { group: 'held' }, ['prod']],
    ['what runs nothing', { group: 'empty' }, ['other']],
    ['all of it together', { group: 'held', search: 'uat' }, []],
  ])('shows %s', (_, filter, expected) => {
    expect(
      filterStages(nodes, { ...nothing, ...filter }).map(({ name }) => name),
    ).toEqual(expected);
  });

  it('finds names in capitals also where the browser speaks Turkish', () => {
    const lowered = String.prototype.toLocaleLowerCase;
    jest
      .spyOn(String.prototype, 'toLocaleLowerCase')
      .mockImplementation(function inTurkish(this: string, locale = 'tr') {
        return lowered.call(this, locale);
      });
    const found = filterStages(
      nodes.map(node => ({ ...node, name: `ui-${node.name}` })),
      { ...nothing, search: 'UI-TEST' },
    );
    expect(found.map(({ name }) => name)).toEqual(['ui-test']);
    const card = freightViews([aFreight('f9', { alias: 'big-ibis' })], [])[0];
    expect(isFreightFound(card, 'BIG-IBIS')).toBe(true);
    jest.restoreAllMocks();
  });

  it('counts what is in each group', () => {
    expect(countGroups(nodes)).toEqual({
      failing: 1,
      newer: 1,
      moving: 0,
      held: 1,
      empty: 1,
    });
  });

  it.each([
    ['flow', ['other', 'test', 'uat', 'prod']],
    ['name', ['other', 'prod', 'test', 'uat']],
    ['state', ['uat', 'test', 'prod', 'other']],
    ['since', ['test', 'prod', 'other', 'uat']],
  ] as const)('is sorted by %s', (order, expected) => {
    expect(sortStages(nodes, order).map(({ name }) => name)).toEqual(expected);
  });
});
