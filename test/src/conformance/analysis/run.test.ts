import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runAnalysis } from './run';

const CORPUS = resolve(__dirname, '../../../corpus/analysis');

jest.setTimeout(300_000);

describe('runAnalysis', () => {
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
    let total = 0;
    for (const file of await readdir(CORPUS)) {
      const { passed, failed } = await runAnalysis(join(CORPUS, file));
      expect({ file, failed, printed }).toEqual({
        file,
        failed: 0,
        printed: '',
      });
      total += passed;
    }
    expect(total).toBeGreaterThanOrEqual(207);
  });

  describe('of a corpus that does not pass', () => {
    let directory: string;

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'conformance-'));
    });

    afterAll(() => rm(directory, { recursive: true }));

    const aCase = (expected: object, measurements: object[], metric = {}) =>
      JSON.stringify({
        id: 'X',
        template: {
          spec: { metrics: [{ name: 'a', provider: { web: {} }, ...metric }] },
        },
        measurements: { a: measurements },
        expect: expected,
      });

    const runLines = async (...lines: string[]) => {
      const file = join(directory, 'cases.jsonl');
      await writeFile(file, lines.join('\n'));
      return runAnalysis(file);
    };

    const good = aCase({ phase: 'Successful' }, [{ phase: 'Successful' }]);

    it.each([
      [
        'a wrong phase',
        aCase({ phase: 'Successful' }, [{ phase: 'Failed' }]),
        'got      {"phase":"Failed"}',
      ],
      [
        'a wrong message',
        aCase({ phase: 'Failed', message: 'no' }, [{ phase: 'Failed' }]),
        'failed (1) > failureLimit (0)',
      ],
      [
        'a wrong count of a metric',
        aCase({ phase: 'Failed', counts: { a: { failed: 2 } } }, [
          { phase: 'Failed' },
        ]),
        '"failed":1',
      ],
      [
        'a wrong count of the run',
        aCase({ phase: 'Failed', counts: { failed: 2 } }, [
          { phase: 'Failed' },
        ]),
        '"failed":1',
      ],
      [
        'an end that does not come',
        aCase({ phase: 'Successful' }, [{ phase: 'Successful' }], {
          interval: '1m',
          count: 2,
        }),
        'got      {"phase":"Running"}',
      ],
      [
        'an unknown phase of a measurement',
        aCase({ phase: 'Successful' }, [{ phase: 'Fine' }]),
        "unknown phase 'Fine'",
      ],
      ['a case without an expectation', '{"template":{}}', '"expect.phase"'],
      ['text that is not JSON', '{"id":', 'the line is not JSON'],
    ])('reports %s with its line', async (_name, line, report) => {
      await expect(runLines(good, '', line)).resolves.toEqual({
        passed: 1,
        failed: 1,
      });
      expect(printed).toContain('cases.jsonl:3');
      expect(printed).toContain(report);
    });

    it('judges values, and texts that are values, by the conditions', async () => {
      const metric = {
        interval: '1m',
        count: 3,
        successCondition: 'result >= 0.9 or isNaN(result)',
      };
      const measurements = [
        { value: 0.95 },
        { value: '0.99' },
        { value: 'NaN' },
      ];
      await expect(
        runLines(aCase({ phase: 'Successful' }, measurements, metric)),
      ).resolves.toEqual({ passed: 1, failed: 0 });
    });
  });
});
