import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runSelection } from './run';

const CORPUS = resolve(__dirname, '../../../corpus/selection');

describe('runSelection', () => {
  let printed: string;

  beforeEach(() => {
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation(text => {
      printed += text;
      return true;
    });
  });

  afterEach(() => jest.restoreAllMocks());

  it('passes every case of every corpus', async () => {
    const files = (await readdir(CORPUS)).filter(f => f.endsWith('.jsonl'));
    expect(files).not.toHaveLength(0);
    for (const file of files) {
      const { passed, failed } = await runSelection(join(CORPUS, file));
      expect({ file, failed, printed }).toEqual({
        file,
        failed: 0,
        printed: '',
      });
      expect(passed).toBeGreaterThan(0);
    }
  });

  describe('of a corpus that does not pass', () => {
    let directory: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'conformance-'));
    });

    afterAll(() => rm(directory, { recursive: true }));

    const runLines = async (...lines: string[]) => {
      const file = join(directory, 'cases.jsonl');
      await writeFile(file, lines.join('\n'));
      return runSelection(file);
    };

    it.each([
      [
        'a wrong verdict',
        '{"op":"check","constraint":"^1","version":"2.0.0","expect":"true"}',
        'got      false',
      ],
      [
        'an error of the other subject',
        '{"op":"check","constraint":"nope","version":"nope","expect":"VERR"}',
        'got      CERR',
      ],
      [
        'a wrong order',
        '{"op":"sort","constraint":"","tags":["1.0.0","2.0.0"],"strict":true,"expect":["1.0.0","2.0.0"]}',
        'got      ["2.0.0","1.0.0"]',
      ],
      [
        'a pattern that should be refused',
        '{"op":"pm","pattern":"glob:a","path":"a","expect":"false","bad":true}',
        'expected bad pattern',
      ],
      [
        'a pattern that should not be refused',
        '{"op":"pm","pattern":"regex:(","path":"a","expect":"false","bad":false}',
        'got      bad pattern',
      ],
      ['an unknown operation', '{"op":"guess"}', 'unknown op "guess"'],
      [
        'a missing field',
        '{"op":"check","version":"1"}',
        '"constraint" must be a text',
      ],
      ['text that is not JSON', '{"op":', 'the line is not JSON'],
      ['JSON that is no object', '[1]', 'the line is JSON, but not an object'],
    ])('reports %s with its line', async (_name, line, report) => {
      const good =
        '{"op":"check","constraint":"^1","version":"1.0.0","expect":"true"}';
      await expect(runLines(good, '', line)).resolves.toEqual({
        passed: 1,
        failed: 1,
      });
      expect(printed).toContain(`cases.jsonl:3 ${line}`);
      expect(printed).toContain(report);
    });
  });
});
