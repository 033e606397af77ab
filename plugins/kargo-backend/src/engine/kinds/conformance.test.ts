import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  AnalysisJob,
  KindName,
  KINDS,
  Resource,
} from 'backstage-plugin-kargo-common';
import { ResourceChange, Wakeup } from '../../ports/Changes';
import {
  aCollection,
  aFreight,
  aPromotion,
  aStage,
  aWarehouse,
  metadataOf,
} from '../../testing/resourceBuilders';
import { createWakeupRule } from '../wakeups';
import { findKindModule, KIND_MODULES } from './index';

const PAGE = path.resolve(__dirname, '../../../../../docs/reference/kinds.md');
const page = readFileSync(PAGE, 'utf8');
const kinds = Object.keys(KINDS) as KindName[];
const DAY = 86_400_000;
const wakeups = createWakeupRule('kargo-shared-resources');
const MACHINES = [
  'admission/Admission.ts',
  'indexes.ts',
  'retention.ts',
  'wakeups.ts',
  '../wiring/buildEngine.ts',
];

function folderOf(kind: string): string {
  return kind
    .replace(/(?<=[a-z])[A-Z]/g, letter => `-${letter}`)
    .toLocaleLowerCase('en-US');
}

const job: AnalysisJob = {
  apiVersion: KINDS.AnalysisJob.apiVersion,
  kind: 'AnalysisJob',
  metadata: metadataOf('run.metric.1'),
  spec: { analysisRun: 'run', metric: 'metric', number: 1 },
};

const examples: Partial<Record<KindName, Resource>> = {
  AnalysisJob: job,
  Freight: aFreight('f1'),
  Promotion: aPromotion('p1'),
  Stage: aStage({ status: { freightHistory: [aCollection('f1')] } }),
  Warehouse: aWarehouse(),
};

function exampleOf(kind: KindName): Resource {
  return (
    examples[kind] ?? {
      apiVersion: KINDS[kind].apiVersion,
      kind,
      metadata: metadataOf('example'),
    }
  );
}

/** One that was not found or seen at any other time than it was made. */
function madeAt(kind: KindName, creationTimestamp: string): Resource {
  const example = exampleOf(kind);
  return {
    ...example,
    ...('discoveredAt' in example && { discoveredAt: creationTimestamp }),
    metadata: { ...example.metadata, creationTimestamp },
  };
}

/** Fails on a write to anything in it. */
function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

function changesOf(kind: KindName): ResourceChange[] {
  const after = exampleOf(kind);
  const { name, namespace = '' } = after.metadata;
  const key = { kind, namespace, name };
  return [
    { type: 'created', key, after },
    { type: 'updated', key, before: after, after },
    { type: 'deleted', key, before: after },
  ];
}

/** Whether it looks for resources by an index that their kind does not have. */
function isBroken(wakeup: Wakeup): boolean {
  return (
    'index' in wakeup &&
    !findKindModule(wakeup.kind)?.indexes?.[wakeup.index.name]
  );
}

describe('kinds', () => {
  it('have a folder each, and every folder is registered', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name !== 'shared')
      .map(entry => entry.name);
    expect(folders.sort()).toEqual(kinds.map(folderOf).sort());
  });

  it('are registered under their name', () => {
    expect(Object.keys(KIND_MODULES).sort()).toEqual([...kinds].sort());
    for (const [name, { kind }] of Object.entries(KIND_MODULES)) {
      expect(kind).toBe(name);
    }
  });

  it('do not include what every object inherits', () => {
    expect(findKindModule('toString')).toBeUndefined();
  });

  it.each(MACHINES)('are asked, not told apart, by %s', machine => {
    const source = readFileSync(path.join(__dirname, '..', machine), 'utf8');
    expect(source).toMatch(/KIND_MODULES|findKindModule/);
    expect(source).not.toMatch(/\bkind [!=]== '[A-Z]|\bcase '[A-Z]/);
  });

  describe('of which the old go', () => {
    const aging = Object.values(KIND_MODULES).flatMap(
      ({ retention, ...module }) => (retention ? [{ module, retention }] : []),
    );

    it('are one for every policy of the configuration', () => {
      const policies = aging.map(({ retention }) => retention.policy);
      expect(policies.sort()).toEqual(['events', 'freight', 'promotions']);
    });

    it.each(aging)(
      '$module.kind has the index and the order that it names, by age',
      ({ module: { kind, indexes = {}, sortKeys = {} }, retention }) => {
        const { groupBy, orderBy } = retention;
        expect(Object.keys(indexes)).toEqual(
          expect.arrayContaining(groupBy ? [groupBy] : []),
        );
        expect(Object.keys(sortKeys)).toContain(orderBy);
        const [older, newer] = ['2026-01-01', '2026-01-02'].map(day =>
          deepFreeze(madeAt(kind, `${day}T00:00:00Z`)),
        );
        expect(
          Date.parse(retention.since(newer)) -
            Date.parse(retention.since(older)),
        ).toBe(DAY);
        expect(sortKeys[orderBy](older) < sortKeys[orderBy](newer)).toBe(true);
      },
    );
  });

  describe.each(kinds)('%s', kind => {
    const module = KIND_MODULES[kind];

    it('has its module in its folder', () => {
      expect(existsSync(path.join(__dirname, folderOf(kind), 'kind.ts'))).toBe(
        true,
      );
    });

    it('stands on the page of kinds', () => {
      expect(page).toContain(`| \`${kind}\` `);
    });

    it('is found and ordered by texts', () => {
      const example = exampleOf(kind);
      for (const select of Object.values(module.indexes ?? {})) {
        expect(select(example).every(value => typeof value === 'string')).toBe(
          true,
        );
      }
      for (const select of Object.values(module.sortKeys ?? {})) {
        expect(typeof select(example)).toBe('string');
      }
    });

    it('sweeps by an index that it has', () => {
      const { sweep } = module.controller ?? {};
      expect(Object.keys(module.indexes ?? {})).toEqual(
        expect.arrayContaining(sweep ? [sweep.name] : []),
      );
    });

    it('wakes the same ones for the same change, and by indexes that exist', () => {
      for (const change of changesOf(kind)) {
        const woken = wakeups(deepFreeze(change));
        expect(wakeups(change)).toEqual(woken);
        expect(woken.filter(isBroken)).toEqual([]);
      }
    });
  });
});
