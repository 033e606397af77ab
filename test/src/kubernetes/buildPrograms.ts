import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../world/paths';
import { unpackOnce } from '../world/unpackOnce';

const run = promisify(execFile);

const KUBERNETES = '1.36.3';
const ETCD = '3.6.8';
/** The module of Argo CD with each definition that is installed, and that of Argo Rollouts. */
const DEFINITIONS = [
  ['github.com/argoproj/argo-cd/v3@v3.5.7', 'application-crd.yaml'],
  ['github.com/argoproj/argo-rollouts@v1.9.1', 'analysis-run-crd.yaml'],
];

/** What a real API server with the kinds of Argo CD and Argo Rollouts is made of. */
export interface KubernetesPrograms {
  etcd: string;
  apiServer: string;
  /** Files with the definitions of kinds, as their makers publish them. */
  definitions: string[];
}

/** Where what is built is kept: a new version is a new folder. */
const FOLDERS = {
  etcd: cached(`etcd-${ETCD}`),
  apiServer: cached(`kube-apiserver-${KUBERNETES}`),
  definitions: cached(
    DEFINITIONS.map(([module]) => module.split('@v')[1]).join('-'),
  ),
};

/** Why there is no API server here, in a few words; `undefined` when there can be one. */
export async function findObstacle(): Promise<string | undefined> {
  const isThere = await Promise.all(
    Object.values(FOLDERS).map(folder => stat(folder).catch(() => undefined)),
  );
  if (isThere.every(Boolean)) return undefined;
  return run('go', ['version']).then(
    () => undefined,
    () => 'there is no Go to build the API server with',
  );
}

/**
 * Builds the API server and etcd from the Go module proxy, once: nobody publishes them as
 * programs. Takes minutes.
 */
export async function buildPrograms(): Promise<KubernetesPrograms> {
  const definitions = await unpackOnce(FOLDERS.definitions, copyDefinitions);
  const etcd = await unpackOnce(FOLDERS.etcd, buildEtcd);
  const apiServer = await unpackOnce(FOLDERS.apiServer, buildApiServer);
  return {
    etcd: join(etcd, 'program'),
    apiServer: join(apiServer, 'program'),
    definitions: DEFINITIONS.map(([, file]) => join(definitions, file)),
  };
}

async function copyDefinitions(folder: string): Promise<void> {
  for (const [module, file] of DEFINITIONS) {
    const { Dir } = await download(module);
    await copyFile(join(Dir, 'manifests', 'crds', file), join(folder, file));
  }
}

async function buildEtcd(folder: string): Promise<void> {
  await build(folder, {
    module: [`require go.etcd.io/etcd/server/v3 v${ETCD}`],
    main: [
      'import (',
      '\t"os"',
      '',
      '\t"go.etcd.io/etcd/server/v3/etcdmain"',
      ')',
      '',
      'func main() { etcdmain.Main(os.Args) }',
    ],
  });
}

/** Its parts are published as modules of their own, and named in its module as folders. */
async function buildApiServer(folder: string): Promise<void> {
  const { GoMod } = await download(`k8s.io/kubernetes@v${KUBERNETES}`);
  const parts = [
    ...(await readFile(GoMod, 'utf8')).matchAll(
      /^\s*(?:replace\s+)?(k8s\.io\/\S+) => \.\/staging\//gm,
    ),
  ].map(([, part]) => part);
  const version = KUBERNETES.replace(/^1\./, 'v0.');
  await build(folder, {
    module: [
      `require k8s.io/kubernetes v${KUBERNETES}`,
      ...parts.map(part => `replace ${part} => ${part} ${version}`),
    ],
    main: [
      'import (',
      '\t"os"',
      '',
      '\t"k8s.io/component-base/cli"',
      '\t"k8s.io/kubernetes/cmd/kube-apiserver/app"',
      ')',
      '',
      'func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }',
    ],
  });
}

async function download(
  module: string,
): Promise<{ Dir: string; GoMod: string }> {
  // Also what went wrong is told on the standard output.
  const { stdout } = await run('go', [
    'mod',
    'download',
    '-json',
    module,
  ]).catch(error => error);
  const told = JSON.parse(stdout);
  if (told.Error) {
    throw new Error(`${module} cannot be downloaded: ${told.Error}`);
  }
  return told;
}

/** Leaves `program` in a folder, beside what it was built from. */
async function build(
  folder: string,
  { module, main }: { module: string[]; main: string[] },
): Promise<void> {
  const text = ['module program', '', 'go 1.26.0', '', ...module, ''];
  await writeFile(join(folder, 'go.mod'), text.join('\n'));
  const lines = ['package main', '', ...main, ''];
  await writeFile(join(folder, 'main.go'), lines.join('\n'));
  await go(folder, 'mod', 'tidy');
  await go(folder, 'build', '-trimpath', '-ldflags=-s -w', '-o', 'program');
}

async function go(cwd: string, ...args: string[]): Promise<void> {
  const running = spawn('go', args, { cwd, stdio: 'inherit' });
  const [code] = await once(running, 'exit');
  if (code !== 0) {
    throw new Error(`go ${args.join(' ')} ended with ${code}`);
  }
}

function cached(name: string): string {
  const cache =
    process.env.KARGO_TEST_KUBERNETES_CACHE ?? join(cacheFolder, 'kubernetes');
  return join(cache, name);
}
