import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../world/paths';
import { parseCases } from '../parseCases';
import { ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import { POSTGRES_URL, tellScenarios } from './run';

const CORPUS = join(repositoryRoot, 'test', 'corpus', 'engine');
const LIMIT_MS = 600_000;

const OPEN = {
  SQLite: () => ScenarioDatabase.openSqlite(),
  PostgreSQL: () => ScenarioDatabase.openPostgres(POSTGRES_URL!),
};
const PRODUCTS = POSTGRES_URL
  ? (['SQLite', 'PostgreSQL'] as const)
  : (['SQLite'] as const);

let printed: string;

beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text;
    return true;
  });
});

afterEach(() => jest.restoreAllMocks());

describe.each(PRODUCTS)('the engine on %s', product => {
  let database: ScenarioDatabase;

  beforeAll(async () => {
    database = await OPEN[product]();
  });

  afterAll(() => database.close());

  it(
    'does what every scenario tells, each of a name of its own',
    async () => {
      const ids: string[] = [];
      for (const file of await readdir(CORPUS)) {
        const path = join(CORPUS, file);
        const { failed } = await tellScenarios(path, [database]);
        expect({ file, failed, printed }).toEqual({
          file,
          failed: 0,
          printed: '',
        });
        const cases = parseCases(await readFile(path, 'utf8'));
        ids.push(...cases.map(({ value }) => `${file} ${value?.id}`));
      }
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThanOrEqual(150);
    },
    LIMIT_MS,
  );
});

describe('a corpus that does not pass', () => {
  let folder: string;
  let database: ScenarioDatabase;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-'));
    database = await ScenarioDatabase.openSqlite();
  });

  afterAll(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  const PROJECT = {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Project',
    metadata: { name: 'demo' },
  };
  const STAGE = {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Stage',
    metadata: { name: 'test', namespace: 'demo' },
    spec: {
      requestedFreight: [
        { origin: { kind: 'Warehouse', name: 'w' }, sources: { direct: true } },
      ],
    },
  };
  const run = async (...steps: unknown[]) => {
    const file = join(folder, 'cases.jsonl');
    const scenario = { id: 'it', manifests: [PROJECT, STAGE], steps };
    await writeFile(file, JSON.stringify(scenario));
    return tellScenarios(file, [database]);
  };

  it.each<[string, object, string]>([
    [
      'another condition',
      { do: 'expect', stage: 'test', ready: 'False/No' },
      'ready: expected False/No, got "True/Ready"',
    ],
    [
      'Freight that is not held',
      { do: 'expect', stage: 'test', holds: 'f1' },
      'holds: expected ["f1"], got []',
    ],
    [
      'something that is not there',
      { do: 'expect', kind: 'Stage', name: 'x', like: {} },
      "Stage 'x' is not there",
    ],
    [
      'something that is there',
      { do: 'expect', kind: 'Stage', name: 'test', like: null },
      "Stage 'test' is there",
    ],
    [
      'another part of something',
      { do: 'expect', kind: 'Stage', name: 'test', like: { kind: 'X' } },
      'Stage.kind: expected X, got "Stage"',
    ],
    [
      'another part of something, told alone',
      {
        do: 'expect',
        kind: 'Stage',
        name: 'test',
        status: { freightSummary: 'x' },
      },
      'Stage.status.freightSummary: expected x, got "N/A"',
    ],
    [
      'another count',
      { do: 'expect', counts: { Stage: 2 } },
      'expected 2 of Stage, got 1',
    ],
    [
      'an event that did not happen',
      { do: 'expect', events: ['PromotionSucceeded'] },
      'no event PromotionSucceeded',
    ],
    [
      'a refusal that does not come',
      { do: 'apply', manifests: [STAGE], refused: 'no' },
      'expected to be refused with no, and it was not',
    ],
    [
      'a refusal in other words',
      { do: 'promote', stage: 'x', freight: 'f1', refused: 'zzz' },
      'expected to be refused with zzz, got: ',
    ],
  ])('tells of %s', async (_, step, message) => {
    expect(await run(step)).toEqual({ passed: 0, failed: 1 });
    expect(printed).toMatch(/^FAIL .*cases\.jsonl:1 it\n/);
    expect(printed).toContain(message);
  });

  it.each<[string, unknown[], string]>([
    ['nothing that happens', [], '"steps" must be a list'],
    ['nothing that is expected', [{ do: 'crash' }], '"steps" expect nothing'],
    ['something that nobody knows', [{ do: 'x' }], 'steps[0]: "do" must be'],
    [
      'a member that nobody reads',
      [{ do: 'expect', stage: 'test', currentFreight: 'f1' }],
      'steps[0]: "expect" has no member "currentFreight"; it takes stage, holds',
    ],
    [
      'a member that is missing',
      [{ do: 'publish', image: 'ghcr.io/acme/web' }],
      'steps[0]: "publish" needs "tag"',
    ],
    [
      'an expectation of nothing',
      [{ do: 'expect', phase: 'Succeeded' }],
      'steps[0]: "expect" says "phase" of no promotion: add "promotion"',
    ],
    [
      'an expectation that says nothing',
      [{ do: 'expect', stage: 'test' }],
      'steps[0]: "expect" names a stage and nothing of it: add "holds" or',
    ],
  ])('tells of a scenario with %s', async (_, steps, message) => {
    expect(await run(...steps)).toEqual({ passed: 0, failed: 1 });
    expect(printed).toContain(message);
  });
});
