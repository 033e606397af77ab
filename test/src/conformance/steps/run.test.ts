import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseCases } from '../parseCases';
import { runSteps } from './run';

const CORPUS = resolve(__dirname, '../../../corpus/steps');
const FILES = readdirSync(CORPUS).filter(file => file.endsWith('.jsonl'));

describe('runSteps', () => {
  let printed: string;

  beforeEach(() => {
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation(text => {
      printed += text;
      return true;
    });
  });

  afterEach(() => jest.restoreAllMocks());

  it.each(FILES)(
    'passes every case of %s',
    async file => {
      const { failed } = await runSteps(join(CORPUS, file));
      expect({ failed, printed }).toEqual({ failed: 0, printed: '' });
    },
    600_000,
  );

  it('has hundreds of cases, each of a name of its own', async () => {
    const ids: string[] = [];
    for (const file of FILES) {
      const cases = parseCases(await readFile(join(CORPUS, file), 'utf8'));
      ids.push(...cases.map(({ value }) => String(value?.id)));
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(400);
  });

  describe('of a corpus that does not pass', () => {
    let directory: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'conformance-'));
    });

    afterAll(() => rm(directory, { recursive: true }));

    const good = {
      id: 'good',
      step: 'copy',
      config: { inPath: 'a', outPath: '${{ vars.to }}' },
      files: { a: 'A' },
      vars: { to: 'b' },
      expect: { result: 'OK', output: null, files: { b: 'A', c: null } },
    };

    it.each<[string, unknown, string]>([
      ['another result', { ...good, expect: { result: 'F!' } }, 'got      OK'],
      [
        'another output',
        { ...good, expect: { result: 'OK', output: { x: 1 } } },
        'expected output {"x":1}',
      ],
      [
        'another file',
        { ...good, expect: { result: 'OK', files: { b: 'B' } } },
        'expected b "B"',
      ],
      [
        'a file that should not be',
        { ...good, expect: { result: 'OK', files: { b: null } } },
        'got      "A"',
      ],
      [
        'another message',
        {
          ...good,
          files: {},
          expect: { result: 'Errored', message: 'on the moon' },
        },
        'no such file or directory',
      ],
      ['no such step', { ...good, step: 'fly' }, 'there is no step "fly"'],
      ['no result', { ...good, expect: {} }, '"expect.result" must be one of'],
      ['no case', [1], 'JSON, but not an object'],
    ])(
      'reports %s with its line',
      async (_, wrong, report) => {
        const file = join(directory, 'cases.jsonl');
        const lines = [good, wrong].map(line => JSON.stringify(line));
        await writeFile(file, lines.join('\n'));
        await expect(runSteps(file)).resolves.toEqual({ passed: 1, failed: 1 });
        expect(printed).toContain('cases.jsonl:2 ');
        expect(printed).toContain(report);
      },
      120_000,
    );
  });
});
