import {
  AnalysisTemplate,
  AnalysisTemplateManifest,
} from 'backstage-plugin-kargo-common';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { builtinMetricProviders } from './index';

const DOCS = path.resolve(
  __dirname,
  '../../../../../docs/reference/metric-providers',
);

const providers = builtinMetricProviders({
  jobs: {
    ensure: async () => 'job',
    find: async () => undefined,
    trim: async () => {},
  },
  runner: { refusal: () => undefined },
  environment: {},
});
const ids = providers.map(({ id }) => id);

function folderOf(id: string): string {
  return id.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
}

function readPage(name: string): string {
  return readFileSync(path.join(DOCS, `${name}.md`), 'utf8');
}

/** The templates among the examples of a page. */
function exampleTemplates(name: string): AnalysisTemplate[] {
  const fences = readPage(name).matchAll(/^```yaml\n([^]*?)^```$/gm);
  return [...fences]
    .flatMap(([, text]) => parseAllDocuments(text))
    .map(document => document.toJS() as AnalysisTemplate)
    .filter(({ kind }) => kind === 'AnalysisTemplate');
}

describe('built-in metric providers', () => {
  it('are registered once each, in alphabetical order', () => {
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('have a folder each, and every folder is registered', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name !== 'shared')
      .map(entry => entry.name);
    expect(folders.sort()).toEqual(ids.map(folderOf).sort());
  });

  it('have a page each, and every page is of a provider', () => {
    const pages = readdirSync(DOCS)
      .filter(name => name !== 'index.md')
      .map(name => path.basename(name, '.md'));
    expect(pages.sort()).toEqual(ids.map(folderOf).sort());
  });

  it('stand in the index of the pages', () => {
    const links = readPage('index').matchAll(
      /^\| \[`(\w+)`\]\(([\w-]+)\.md\)/gm,
    );
    expect([...links].map(([, id, page]) => [id, page])).toEqual(
      ids.map(id => [id, folderOf(id)]),
    );
  });

  describe.each(providers.map(provider => [provider.id, provider] as const))(
    '%s',
    (id, provider) => {
      it('has the files of a provider', () => {
        for (const file of ['config.ts', 'provider.ts', 'provider.test.ts']) {
          const isThere = existsSync(path.join(__dirname, folderOf(id), file));
          expect([file, isThere]).toEqual([file, true]);
        }
      });

      it('describes itself in one sentence', () => {
        expect(provider.description).toMatch(/^[A-Z].*\.$/);
      });

      it('takes the examples of its page', () => {
        const templates = exampleTemplates(folderOf(id));
        const told = templates
          .flatMap(({ spec }) => spec.metrics ?? [])
          .flatMap(metric =>
            id in metric.provider ? [metric.provider[id]] : [],
          );
        expect(told.length).toBeGreaterThan(0);
        for (const config of told) {
          expect(provider.config.safeParse(config).error).toBeUndefined();
        }
        for (const template of templates) {
          const { error } = AnalysisTemplateManifest.safeParse(template);
          expect(error).toBeUndefined();
        }
      });
    },
  );
});
