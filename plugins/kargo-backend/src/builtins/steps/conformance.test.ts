import { JsonObject } from 'backstage-plugin-kargo-common';
import { AnyStep, validateStepConfig } from 'backstage-plugin-kargo-node';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { StepHarness } from '../../testing/StepHarness';
import { builtinSteps } from './index';

const DOCS = path.resolve(__dirname, '../../../../../docs/reference/steps');

const byId = new Map(builtinSteps.map(step => [step.id, step]));
const ids = builtinSteps.map(step => step.id);

interface Block {
  language: string;
  /** What follows the language: `step`, `file=x`, `after=x`, `output`. */
  role: string;
  text: string;
}

interface ExampleStep {
  uses: string;
  config?: JsonObject;
}

function readPage(id: string): string {
  return readFileSync(path.join(DOCS, `${id}.md`), 'utf8');
}

function readBlocks(id: string): Block[] {
  const fences = readPage(id).matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm);
  return [...fences].map(([, language, role, text]) => ({
    language,
    role,
    text,
  }));
}

function exampleSteps(id: string): ExampleStep[] {
  return readBlocks(id)
    .filter(
      ({ language, role }) => language === 'yaml' && /^(step)?$/.test(role),
    )
    .flatMap(({ text }) => parse(text) as ExampleStep[]);
}

function getStep(id: string): AnyStep {
  const step = byId.get(id);
  if (!step) throw new Error(`there is no step ${id}`);
  return step;
}

describe('built-in steps', () => {
  it('are registered once each, in alphabetical order', () => {
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('have a folder each, and every folder is registered', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name !== 'shared')
      .map(entry => entry.name);
    expect(folders.sort()).toEqual(ids);
  });

  it('have a page each, and every page is of a step', () => {
    const pages = readdirSync(DOCS)
      .filter(name => name !== 'index.md')
      .map(name => path.basename(name, '.md'));
    expect(pages.sort()).toEqual(ids);
  });

  describe.each(ids)('%s', id => {
    it('has the files of a step', () => {
      for (const file of ['config.ts', 'runner.ts', 'runner.test.ts']) {
        expect([file, existsSync(path.join(__dirname, id, file))]).toEqual([
          file,
          true,
        ]);
      }
    });

    it('describes itself in one sentence', () => {
      expect(getStep(id).description).toMatch(/^[A-Z].*\.$/);
    });

    it('has a configuration that editors can be told about', () => {
      expect(() =>
        z.toJSONSchema(getStep(id).config, { io: 'input' }),
      ).not.toThrow();
    });

    it('is listed in the index of the pages', () => {
      expect(readPage('index')).toContain(`[\`${id}\`](./${id}.md)`);
    });

    it('names every field of its configuration on its page', () => {
      const schema = z.toJSONSchema(getStep(id).config, { io: 'input' });
      const page = readPage(id);
      const missing = Object.keys(schema.properties ?? {}).filter(
        field => !new RegExp(`\`${field}(\\[\\]|\\.|\`)`).test(page),
      );
      expect(missing).toEqual([]);
    });

    it('is used on its page, in examples that are valid', () => {
      const examples = exampleSteps(id);
      expect(examples.map(({ uses }) => uses)).toContain(id);
      for (const { uses, config } of examples) {
        expect(validateStepConfig(getStep(uses), config)).toEqual([]);
      }
    });
  });

  describe('examples that need no network', () => {
    const executable = ids.filter(id =>
      readBlocks(id).some(({ role }) => role === 'step'),
    );
    let harness: StepHarness;

    beforeAll(async () => {
      harness = await StepHarness.start();
    }, 120_000);
    beforeEach(() => harness.reset());
    afterAll(() => harness.close());

    it.each(executable)(
      'of %s do what the page says',
      async id => {
        const found: unknown[] = [];
        const said: unknown[] = [];
        for (const { role, text } of readBlocks(id)) {
          const [kind, name] = role.split('=');
          if (kind === 'file') {
            await harness.write({ [name]: text });
          } else if (kind === 'step') {
            found.push(await runExample(text, harness));
          } else if (kind === 'after') {
            found.push(await harness.read(name));
            said.push(text);
          } else if (kind === 'output') {
            said.unshift(JSON.parse(text));
          }
        }
        expect(found.slice(-said.length)).toEqual(said);
        expect(said.length).toBeGreaterThan(0);
      },
      60_000,
    );
  });
});

/** Output of the last step. */
async function runExample(
  text: string,
  harness: StepHarness,
): Promise<JsonObject | undefined> {
  let output: JsonObject | undefined;
  for (const { uses, config } of parse(text) as ExampleStep[]) {
    const outcome = await harness.run(getStep(uses), config ?? {});
    if (outcome.kind !== 'succeeded') {
      throw new Error(`the example of ${uses} ${outcome.kind}`);
    }
    output = outcome.output;
  }
  return output;
}
