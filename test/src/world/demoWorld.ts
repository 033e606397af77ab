import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ChartServer, startChartServer } from './chartServer';
import { type GitServer, startGitServer } from './gitServer';
import { type OciRegistry, startOciRegistry } from './ociRegistry';
import { repositoryRoot } from './paths';

/** How to start the demo's world. */
export interface DemoWorldOptions {
  /** Folder that keeps the repositories, images and charts between runs. */
  readonly stateDir: string;
  readonly ports?: {
    readonly git?: number;
    readonly registry?: number;
    readonly charts?: number;
  };
}

/** The servers the demo's pipelines watch and write to, with content. */
export interface DemoWorld {
  readonly git: GitServer;
  readonly registry: OciRegistry;
  readonly charts: ChartServer;
  /** The GitOps repository's address. */
  readonly gitopsURL: string;
  /** The address of the GitOps repository for projects that somebody sets up. */
  readonly starterURL: string;
  /** Repository of the guestbook's image inside the registry. */
  readonly guestbookRepository: string;
  /** A text with the real addresses in place of those of the default ports. */
  adapt(text: string): string;
  /** The demo's pipelines as Kargo manifests by project, with the real addresses. */
  manifests(): Promise<Record<string, string>>;
  close(): Promise<void>;
}

/** Repositories of the demo inside its registry. */
export const demoRepositories = {
  guestbook: 'demo/guestbook',
  storefront: 'demo/storefront',
} as const;

/** The addresses written in `examples/`, which are those of the default ports. */
const exampleAddresses = {
  git: 'http://127.0.0.1:7030',
  registry: '127.0.0.1:7050',
  charts: 'http://127.0.0.1:7080',
} as const;

const examples = join(repositoryRoot, 'examples');

/** Starts the world of the demo; what an earlier run left is kept. */
export async function startDemoWorld(
  options: DemoWorldOptions,
): Promise<DemoWorld> {
  const { stateDir, ports = {} } = options;
  const started: Array<{ close(): Promise<void> }> = [];
  const close = async () => {
    await Promise.all(started.map(server => server.close()));
  };
  const keep = <T extends { close(): Promise<void> }>(server: T): T => {
    started.push(server);
    return server;
  };
  try {
    const git = keep(
      await startGitServer({ root: join(stateDir, 'git'), port: ports.git }),
    );
    const registry = keep(
      await startOciRegistry({
        root: join(stateDir, 'registry'),
        port: ports.registry,
      }),
    );
    const charts = keep(
      await startChartServer({
        root: join(stateDir, 'charts'),
        port: ports.charts,
      }),
    );
    const adapt = adaptTo({ git, registry, charts });
    await seedGit(git, adapt);
    seedRegistry(registry);
    await seedCharts(charts);
    return {
      git,
      registry,
      charts,
      gitopsURL: git.repoURL('gitops'),
      starterURL: git.repoURL('starter'),
      guestbookRepository: registry.imageURL(demoRepositories.guestbook),
      adapt,
      async manifests() {
        const files = await readFolder(join(examples, 'pipelines'));
        return Object.fromEntries(
          Object.entries(files).map(([file, text]) => [
            file.replace(/\.yaml$/, ''),
            adapt(text),
          ]),
        );
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Puts the real addresses in the place of those written in `examples/`. */
function adaptTo(
  servers: Pick<DemoWorld, 'git' | 'registry' | 'charts'>,
): (text: string) => string {
  return text =>
    text
      .replaceAll(exampleAddresses.git, servers.git.url)
      .replaceAll(exampleAddresses.registry, servers.registry.host)
      .replaceAll(exampleAddresses.charts, servers.charts.url);
}

async function seedGit(
  git: GitServer,
  adapt: (text: string) => string,
): Promise<void> {
  for (const name of ['gitops', 'starter']) {
    if (await git.hasRepo(name)) continue;
    const files = await readFolder(join(examples, name));
    await git.createRepo(
      name,
      Object.fromEntries(
        Object.entries(files).map(([path, text]) => [path, adapt(text)]),
      ),
    );
  }
  if (!(await git.hasRepo('storefront-content'))) {
    await git.createRepo('storefront-content', {
      'README.md': '# Texts and pictures of the storefront\n',
      'content/welcome.md': 'Welcome to the guestbook.\n',
    });
    await git.commit('storefront-content', {
      message: 'Greet in two languages',
      files: { 'content/welcome.md': 'Welcome. Willkommen.\n' },
    });
  }
}

function seedRegistry(registry: OciRegistry): void {
  const seeds: Array<[string, string, string]> = [
    [demoRepositories.guestbook, '1.0.0', '2026-01-12T09:00:00Z'],
    [demoRepositories.guestbook, '1.1.0', '2026-02-09T09:00:00Z'],
    [demoRepositories.guestbook, '1.2.0', '2026-03-16T09:00:00Z'],
    [demoRepositories.guestbook, '1.3.0-rc.1', '2026-04-01T09:00:00Z'],
    [demoRepositories.storefront, '2.0.0', '2026-02-02T09:00:00Z'],
    [demoRepositories.storefront, '2.1.0', '2026-03-02T09:00:00Z'],
  ];
  for (const [repository, tag, created] of seeds) {
    if (registry.resolve(repository, tag) === undefined) {
      registry.pushImage({
        repository,
        tag,
        ...describeDemoImage(tag, created),
      });
    }
  }
}

/** What an image of the demo says about itself. */
export function describeDemoImage(
  tag: string,
  created: string,
): {
  created: string;
  platforms: string[];
  annotations: Record<string, string>;
} {
  return {
    created,
    platforms: ['linux/amd64', 'linux/arm64'],
    annotations: {
      'org.opencontainers.image.created': created,
      'org.opencontainers.image.version': tag,
      'org.opencontainers.image.description': `Demo image ${tag}`,
    },
  };
}

async function seedCharts(charts: ChartServer): Promise<void> {
  const reply = await fetch(`${charts.url}/charts/cache-1.1.0.tgz`, {
    method: 'HEAD',
  });
  if (reply.ok) return;
  for (const version of ['0.9.0', '1.0.0', '1.1.0']) {
    await charts.addChart({ name: 'cache', version, appVersion: version });
  }
}

/** Text of all files below a folder, by path relative to it. */
async function readFolder(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files: Record<string, string> = {};
  for (const entry of entries.filter(item => item.isFile())) {
    const path = join(entry.parentPath, entry.name);
    files[path.slice(folder.length + 1)] = await readFile(path, 'utf8');
  }
  return files;
}
