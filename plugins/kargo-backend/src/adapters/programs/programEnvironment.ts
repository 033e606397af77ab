import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '../workspace/removeFolder';

/** Nothing listens there: a program that asks for the network is told no at once. */
const NO_PROXY_THERE = 'http://127.0.0.1:9';

/** What a call finds around itself, until it is disposed of. */
export interface ProgramEnvironment {
  readonly home: string;
  /** The only folder on the path; empty. */
  readonly bin: string;
  /** Folder of settings; empty. */
  readonly config: string;
  readonly env: Readonly<Record<string, string>>;
  dispose(): Promise<void>;
}

/**
 * An environment that holds nothing of the portal's: a home that is empty, settings and
 * caches in it, no programs to be found.
 *
 * @remarks
 * Programs write in Go, as Helm and Kustomize are, send requests to the proxy that the
 * environment names: one that is not there, so that what a chart or a kustomization names
 * cannot be reached, or the given one, which judges. Those to the machine itself they send
 * directly.
 */
export async function createProgramEnvironment(
  privateDir: string,
  memoryBytes: number,
  proxy: string = NO_PROXY_THERE,
): Promise<ProgramEnvironment> {
  const parent = join(privateDir, 'programs');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const home = await mkdtemp(join(parent, 'home-'));
  const folder = async (name: string) => {
    const path = join(home, name);
    await mkdir(path, { mode: 0o700 });
    return path;
  };
  const [bin, temporary, cache, config, data] = await Promise.all(
    ['bin', 'tmp', 'cache', 'config', 'data'].map(folder),
  );
  return {
    home,
    bin,
    config,
    env: {
      HOME: home,
      PATH: bin,
      TMPDIR: temporary,
      XDG_CACHE_HOME: cache,
      XDG_CONFIG_HOME: config,
      XDG_DATA_HOME: data,
      // What a cluster's configuration would be read from.
      KUBECONFIG: join(config, 'kubeconfig'),
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      GOMEMLIMIT: String(Math.floor(memoryBytes * 0.9)),
    },
    dispose: () => removeFolder(home),
  };
}
