import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { LABELS } from 'backstage-plugin-kargo-common';
import { CredentialType } from 'backstage-plugin-kargo-node';
import { parseAllDocuments } from 'yaml';
import { FakeClock } from '../../testing/FakeClock';
import { builtinCredentialProviders } from './index';
import { mockLogger } from '../../testing/mockLogger';

const DOCS = path.resolve(
  __dirname,
  '../../../../../docs/reference/credentials',
);

const providers = builtinCredentialProviders({
  clock: FakeClock.create(),
  logger: mockLogger(),
  environment: {
    variables: {},
    readFile: async () => '',
    fetch: () => {
      throw new Error('no network in this test');
    },
  },
  integrations: ScmIntegrations.fromConfig(new ConfigReader({})),
});
const ids = providers.map(({ id }) => id);

interface ExampleSecret {
  kind: string;
  metadata: {
    name: string;
    namespace: string;
    labels: Record<string, string>;
  };
  stringData: Record<string, string>;
}

function readPage(id: string): string {
  return readFileSync(path.join(DOCS, `${id}.md`), 'utf8');
}

/** The Secrets among the examples of a page. */
function exampleSecrets(id: string): ExampleSecret[] {
  const fences = readPage(id).matchAll(/^```yaml\n([^]*?)^```$/gm);
  return [...fences]
    .flatMap(([, text]) => parseAllDocuments(text))
    .map(document => document.toJS() as ExampleSecret)
    .filter(({ kind }) => kind === 'Secret');
}

/** Which provider takes an example, if the repository is the one it names. */
function providerOf({ metadata, stringData }: ExampleSecret) {
  const request = {
    project: metadata.namespace,
    type: metadata.labels[LABELS.credType] as CredentialType,
    repoURL: stringData.repoURL,
  };
  return providers.find(provider => provider.appliesTo(request, stringData))
    ?.id;
}

describe('built-in credential providers', () => {
  it('are registered in the order of precedence', () => {
    expect(ids).toEqual([
      'basic',
      'ssh',
      'acr',
      'ecr',
      'gar',
      'github-app',
      'integrations',
    ]);
  });

  it('have a folder each, and every folder is registered', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && entry.name !== 'shared')
      .map(entry => entry.name);
    expect(folders.sort()).toEqual([...ids].sort());
  });

  it('have a page each, and every page is of a provider', () => {
    const pages = readdirSync(DOCS)
      .filter(name => name !== 'index.md')
      .map(name => path.basename(name, '.md'));
    expect(pages.sort()).toEqual([...ids].sort());
  });

  it('stand in the index of the pages in the order of precedence', () => {
    const links = readPage('index').matchAll(
      /^\| \[`([\w-]+)`\]\(\.\/\1\.md\)/gm,
    );
    expect([...links].map(([, id]) => id)).toEqual(ids);
  });

  it('are shown in the index by examples that they take', () => {
    expect(exampleSecrets('index').map(providerOf)).toEqual(['basic', 'basic']);
  });

  describe.each(ids)('%s', id => {
    it('has the files of a provider', () => {
      for (const file of ['provider.ts', 'provider.test.ts']) {
        expect([file, existsSync(path.join(__dirname, id, file))]).toEqual([
          file,
          true,
        ]);
      }
    });

    it('takes the Secrets of its page', () => {
      for (const secret of exampleSecrets(id)) {
        expect([secret.metadata.name, providerOf(secret)]).toEqual([
          secret.metadata.name,
          id,
        ]);
      }
    });

    it('names every field of its examples on its page', () => {
      const page = readPage(id);
      const missing = exampleSecrets(id)
        .flatMap(({ stringData }) => Object.keys(stringData))
        .filter(field => !page.includes(`\n| \`${field}\``));
      expect(missing).toEqual([]);
    });
  });

  it('the page of integrations shows such as a portal starts with', () => {
    const [, text] =
      /^```yaml\n([^]*?)^```$/m.exec(readPage('integrations')) ?? [];
    const { integrations } = parseAllDocuments(text ?? '')[0].toJS();
    // What the included file holds.
    integrations.github[0].apps = [
      { appId: 1, clientId: 'c', clientSecret: 's', privateKey: 'k' },
    ];
    const read = ScmIntegrations.fromConfig(new ConfigReader({ integrations }));
    expect(read.byHost('gitlab.example.com')?.type).toBe('gitlab');
    expect(read.byHost('github.com')?.type).toBe('github');
  });

  it.each(['basic', 'ssh', 'ecr', 'gar', 'github-app'])(
    'the page of %s shows a Secret',
    id => {
      expect(exampleSecrets(id).length).toBeGreaterThan(0);
    },
  );
});
