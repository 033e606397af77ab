import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../world/paths';
import { parseCases } from '../selection/parseCases';
import { runEngine } from './run';

const CORPUS = join(repositoryRoot, 'test', 'corpus', 'engine');
const LIMIT_MS = 600_000;

let printed: string;

beforeEach(() => {
  printed = '';
  jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    printed += text;
    return true;
  });
});

afterEach(() => jest.restoreAllMocks());

describe('the engine', () => {
  it(
    'does what every scenario tells, each of a name of its own',
    async () => {
      const ids: string[] = [];
      for (const file of await readdir(CORPUS)) {
        const path = join(CORPUS, file);
        const { failed } = await runEngine(path);
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

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

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
    return runEngine(file);
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
  ])('tells of a scenario with %s', async (_, steps, message) => {
    expect(await run(...steps)).toEqual({ passed: 0, failed: 1 });
    expect(printed).toContain(message);
  });
});
