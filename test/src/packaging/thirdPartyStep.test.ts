import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApiProgram } from '../scenarios/ApiProgram';
import { GitServer, startGitServer } from '../world/gitServer';
import { LoopbackServer, startLoopbackServer } from '../world/loopbackServer';
import { repositoryRoot } from '../world/paths';
import { Portal, startPortal } from '../world/portal';
import { ACME_FREIGHT, acmePipeline } from './acmePipeline';
import { command } from './command';
import { installTarballs, linkLocked, Tarball } from './installTarballs';
import { readManifest } from './manifests';
import { startPackageRegistry } from './packageRegistry';
import { packPackages } from './packPackages';

const LIMIT_MS = 600_000;
const SAMPLE = 'examples/step-module';
const MODULE = 'backstage-plugin-kargo-backend-module-acme';
const BACKEND = 'backstage-plugin-kargo-backend';
const COMMAND_LINE = 'backstage-plugin-kargo-cli';
const TOKEN = 'the-token-of-acme-f4b1';

/** A portal that has nothing but Kargo and the module. */
const PORTAL = `
const { createBackend } = require('@backstage/backend-defaults');
const backend = createBackend();
backend.add(import('${BACKEND}'));
backend.add(import('${MODULE}'));
backend.start();
`;

const SECRET = `
apiVersion: v1
kind: Secret
metadata: {name: release-notes, namespace: acme}
stringData: {token: ${TOKEN}}
`;

const STEPS = (gitURL: string) => `
      - uses: git-clone
        config:
          repoURL: ${gitURL}
          checkout: [{branch: main, path: ./src}]
      - uses: acme-release-notes
        as: notes
        config:
          app: web
          version: \${{ imageFrom("127.0.0.1:9/web").Tag }}
          path: ./src/NOTES.md
          secretName: release-notes
      - uses: git-commit
        config:
          path: ./src
          message: \${{ outputs.notes.title }}
      - uses: git-push
        config: {path: ./src}
`;

/** A service that lets in whoever has the token, and knows the notes of one release. */
function startNotes(): Promise<LoopbackServer> {
  return startLoopbackServer({
    route: ({ url }) => url.pathname,
    handle: async ({ headers, url }) => {
      if (headers.authorization !== `Bearer ${TOKEN}`) {
        return { status: 401 };
      }
      return url.pathname === '/apps/web/releases/1.2.0'
        ? { status: 200, body: '{"title":"Web 1.2.0","text":"Faster."}' }
        : { status: 404 };
    },
  });
}

describe('a module that somebody else wrote', () => {
  let base: string;
  let git: GitServer;
  let notes: LoopbackServer;
  let portal: Portal | undefined;
  let module: Tarball;
  let products: Tarball[];

  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'kargo-third-party-'));
    git = await startGitServer({ root: join(base, 'git') });
    notes = await startNotes();
    await mkdir(join(base, 'stage'));
    const packed = [BACKEND, COMMAND_LINE];
    products = await packPackages(join(base, 'stage'), packed);
  }, LIMIT_MS);

  afterAll(async () => {
    await portal?.close();
    await notes?.close();
    await git?.close();
    await rm(base, { recursive: true, force: true });
  });

  it(
    'is checked, built and packed with the packages as they are published',
    async () => {
      const folder = join(base, 'acme');
      await cp(join(repositoryRoot, SAMPLE), folder, {
        recursive: true,
        filter: path => !/node_modules|dist/.test(path.slice(base.length)),
      });
      const { dependencies = {}, version } = readManifest(folder);
      const ours = products.filter(
        ({ name }) => name !== BACKEND && name !== COMMAND_LINE,
      );
      await installTarballs(folder, ours);
      await linkLocked(
        folder,
        [
          ...Object.keys(dependencies).filter(
            name => !ours.some(each => each.name === name),
          ),
          ...['@backstage/cli', '@types/node', '.bin'],
        ],
        SAMPLE,
      );
      await writeFile(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          extends: '@backstage/cli/config/tsconfig.json',
          include: ['src'],
          exclude: ['**/*.test.ts'],
          compilerOptions: {
            outDir: 'dist-types',
            rootDir: '.',
            types: ['node'],
          },
        }),
      );
      await command(folder, join(folder, 'node_modules/.bin/tsc'));
      await command(folder, 'npm', 'run', 'build');
      await command(folder, 'npm', 'pack', '--pack-destination', base);
      const file = join(base, `${MODULE}-${version}.tgz`);
      module = { name: MODULE, file, source: SAMPLE };
      expect(await readFile(join(folder, 'dist/index.d.ts'), 'utf8')).toContain(
        'kargoModuleAcme',
      );
    },
    LIMIT_MS,
  );

  it(
    'runs its step in a portal that has installed both from their packages',
    async () => {
      const folder = join(base, 'portal');
      await mkdir(folder);
      await writeFile(join(folder, 'package.json'), '{"name":"portal"}');
      await writeFile(join(folder, 'index.cjs'), PORTAL);
      const installed = products.filter(({ name }) => name !== COMMAND_LINE);
      await installTarballs(folder, [...installed, module]);
      await linkLocked(folder, ['@backstage/backend-defaults']);
      await git.createRepo('web', { 'README.md': 'Web\n' });
      portal = await startPortal({
        stateDir: join(base, 'state'),
        backend: { folder, args: ['index.cjs'] },
        extraConfig: {
          acme: { releaseNotes: { baseUrl: notes.url } },
          kargo: {
            egress: { allowLoopback: true },
            secrets: {
              encryptionKeys: ['a key of the test, thirty-two letters'],
            },
          },
        },
      });
      const program = new ApiProgram(portal.api, portal.token);
      const created = await program.create(
        [acmePipeline(STEPS(git.repoURL('web'))), SECRET, ACME_FREIGHT].join(
          '---',
        ),
      );
      const freight = created.at(-1)?.metadata.name ?? '';
      const { metadata } = await program.promote('acme', 'test', freight);
      const promotion = await program.ended(
        'acme',
        metadata.name,
        AbortSignal.timeout(60_000),
      );
      expect(promotion.status).toMatchObject({
        phase: 'Succeeded',
        state: { notes: { title: 'Web 1.2.0' } },
      });
      expect(await git.readFile('web', 'main', 'NOTES.md')).toBe(
        '# Web 1.2.0\n\nFaster.\n',
      );
      const [{ subject }] = await git.log('web', 'main');
      expect(subject).toBe('Web 1.2.0');
      expect(JSON.stringify(promotion) + (await portal.log())).not.toContain(
        TOKEN,
      );
    },
    LIMIT_MS,
  );

  it(
    'is seen by the command line, which npx runs from its package in an empty folder',
    async () => {
      const folder = join(base, 'anywhere');
      await mkdir(folder);
      await mkdir(join(base, 'locked'));
      const { file } = products.find(({ name }) => name === COMMAND_LINE)!;
      const { version } = readManifest(join(repositoryRoot, 'packages/cli'));
      const registry = await startPackageRegistry(
        join(base, 'locked'),
        products,
      );
      const kargo = async (...args: string[]) => {
        const { stdout } = await promisify(execFile)(
          'npx',
          ['--yes', '--package', file, '--', 'kargo', ...args],
          {
            cwd: folder,
            env: {
              PATH: process.env.PATH,
              HOME: join(base, 'home'),
              npm_config_registry: registry.url,
              npm_config_cache: join(base, 'npm-cache'),
              npm_config_update_notifier: 'false',
              KARGO_API_ADDRESS: portal?.api,
              KARGO_API_TOKEN: portal?.token,
            },
          },
        );
        return stdout;
      };
      try {
        expect(await kargo('version', '--client')).toBe(
          `Client Version: ${version}\n`,
        );
        expect(await kargo('completion', 'bash')).toContain('complete ');
        const stages = await kargo('get', 'stages', '-p', 'acme', '-o', 'name');
        expect(stages).toContain('test');
        expect(Object.keys(registry.stats().byRoute)).toContain(
          'backstage-plugin-kargo-common',
        );
      } finally {
        await registry.close();
      }
    },
    LIMIT_MS,
  );
});

it('is the one that the guide shows', async () => {
  const guide = await readFile(
    join(repositoryRoot, 'docs/guide/write-a-step.md'),
    'utf8',
  );
  for (const file of ['releaseNotes.ts', 'module.ts']) {
    const source = join(repositoryRoot, SAMPLE, 'src', file);
    expect(guide).toContain(
      `\`\`\`ts\n${await readFile(source, 'utf8')}\`\`\``,
    );
  }
});
