import {
  ProjectConfig,
  ProjectConfigManifest,
  receiverType,
} from 'backstage-plugin-kargo-common';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { buildWebhookExpressions } from '../../wiring/buildBuiltins';
import { builtinReceivers } from './index';

const DOCS = path.resolve(
  __dirname,
  '../../../../../docs/reference/webhook-receivers',
);

const receivers = builtinReceivers(buildWebhookExpressions({ now: () => 0 }));
const ids = receivers.map(({ id }) => id);

function readPage(name: string): string {
  return readFileSync(path.join(DOCS, `${name}.md`), 'utf8');
}

/** The resources among the examples of a page. */
function examples(name: string): Array<{ kind: string }> {
  const fences = readPage(name).matchAll(/^```yaml\n([^]*?)^```$/gm);
  return [...fences]
    .flatMap(([, text]) => parseAllDocuments(text))
    .map(document => document.toJS());
}

describe('built-in webhook receivers', () => {
  it('are registered once each, in alphabetical order', () => {
    expect(ids).toEqual([...new Set(ids)].sort());
  });

  it('have a folder each, and every folder is registered', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name !== 'shared')
      .map(entry => entry.name);
    expect(folders.sort()).toEqual(ids);
  });

  it('have a page each, and every page is of a receiver', () => {
    const pages = readdirSync(DOCS)
      .filter(name => name !== 'index.md')
      .map(name => path.basename(name, '.md'));
    expect(pages.sort()).toEqual(ids);
  });

  it('stand in the index of the pages', () => {
    const links = readPage('index').matchAll(/^\| \[`(\w+)`\]\((\w+)\.md\)/gm);
    expect([...links].map(([, id, page]) => [id, page])).toEqual(
      ids.map(id => [id, id]),
    );
  });

  describe.each(receivers.map(receiver => [receiver.id, receiver] as const))(
    '%s',
    (id, receiver) => {
      it('has the files of a receiver', () => {
        for (const file of ['receiver.ts', 'receiver.test.ts']) {
          const isThere = existsSync(path.join(__dirname, id, file));
          expect([file, isThere]).toEqual([file, true]);
        }
      });

      it('describes itself in one sentence', () => {
        expect(receiver.description).toMatch(/^[A-Z].*\.$/);
      });

      it('takes the examples of its page, with a Secret that has its key', () => {
        const resources = examples(id);
        const secrets = resources.filter(({ kind }) => kind === 'Secret');
        const configs = resources.filter(
          ({ kind }) => kind === 'ProjectConfig',
        ) as ProjectConfig[];
        expect(secrets).toEqual([
          expect.objectContaining({
            stringData: { [receiver.secretKey]: expect.any(String) },
          }),
        ]);
        expect(configs).not.toEqual([]);
        for (const config of configs) {
          const { error } = ProjectConfigManifest.safeParse(config);
          expect(error).toBeUndefined();
          const [given] = config.spec.webhookReceivers!.map(receiverType);
          expect(given?.type).toBe(id);
          const parsed = receiver.config.safeParse(given?.config);
          expect(parsed.error).toBeUndefined();
          const problems = receiver.problems?.(parsed.data as never) ?? [];
          expect([...problems]).toEqual([]);
        }
      });
    },
  );
});
