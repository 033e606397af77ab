import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isKargoRequestError,
  type KargoClient,
} from 'backstage-plugin-kargo-common';
import type { DemoSettings } from './demoSettings';
import { type DemoWorld, startDemoWorld } from './demoWorld';
import { type Portal, startPortal } from './portal';
import { unpackTools } from './tools';

/** What a program needs to know to use a running demo; printed as one line of JSON. */
export interface DemoAddresses {
  readonly portal: string;
  readonly api: string;
  readonly token: string;
  readonly project: string;
  readonly git: { readonly repoURL: string };
  readonly registry: { readonly host: string; readonly repository: string };
  readonly charts: string;
}

/** The state file of a running demo, for the commands beside it. */
export interface RunningDemo extends DemoAddresses {
  readonly pid: number;
}

/** A running demo. */
export interface Demo {
  readonly addresses: DemoAddresses;
  readonly world: DemoWorld;
  readonly portal: Portal;
  /** Stops the portal, then the world; the state stays. */
  close(): Promise<void>;
}

const SOON = {
  schedule: {
    frequency: { seconds: 20 },
    timeout: { minutes: 1 },
    initialDelay: { seconds: 3 },
  },
};

/**
 * What was just published can be found while somebody tries it; elsewhere, minutes do. The
 * search fails for a type of which nothing was read yet.
 */
const SEARCH_SOON = {
  search: { collators: { catalog: SOON, kargo: SOON } },
};

/** Starts the world, the portal beside it, and its pipelines. */
export async function startDemo(
  settings: DemoSettings,
  report: (message: string) => void = () => {},
): Promise<Demo> {
  const { stateDir, ports, token } = settings;
  const other = await findRunningDemo(stateDir);
  if (other) {
    throw new Error(`a demo is running already (process ${other.pid})`);
  }
  await mkdir(stateDir, { recursive: true });
  const started: Array<{ close(): Promise<void> }> = [];
  const close = async () => {
    for (const part of started.splice(0).reverse()) await part.close();
    await rm(stateFile(stateDir), { force: true });
  };
  try {
    report('Starting the git server, the registry and the chart repository');
    const world = await startDemoWorld({ stateDir, ports });
    started.push(world);
    report('Starting the portal');
    const tools = await unpackTools();
    const portal = await startPortal({
      stateDir: join(stateDir, 'portal'),
      port: ports.portal,
      token,
      path: tools.folders,
      extraConfig: SEARCH_SOON,
    });
    started.push(portal);
    await portal.tokenOf('alice');
    report('Setting up the pipelines');
    await setUpPipelines(portal.kargo(), world);
    const addresses: DemoAddresses = {
      portal: portal.url,
      api: portal.api,
      token,
      project: 'guestbook',
      git: { repoURL: world.gitopsURL },
      registry: {
        host: world.registry.host,
        repository: world.guestbookRepository,
      },
      charts: world.charts.url,
    };
    const running: RunningDemo = { ...addresses, pid: process.pid };
    await writeFile(stateFile(stateDir), JSON.stringify(running, null, 2));
    return { addresses, world, portal, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Reads the state file of the demo that runs in a folder, if one does. */
export async function findRunningDemo(
  stateDir: string,
): Promise<RunningDemo | undefined> {
  const text = await readFile(stateFile(stateDir), 'utf8').catch(
    () => undefined,
  );
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as RunningDemo;
  try {
    process.kill(running.pid, 0);
    return running;
  } catch {
    // Killed before it could remove the file.
    return undefined;
  }
}

function stateFile(stateDir: string): string {
  return join(stateDir, 'running.json');
}

/** Creates the projects that are not there yet; what people changed since stays. */
async function setUpPipelines(
  kargo: KargoClient,
  world: DemoWorld,
): Promise<void> {
  for (const [project, manifests] of Object.entries(await world.manifests())) {
    if (await hasProject(kargo, project)) continue;
    const { results } = await kargo.createResources({ body: manifests });
    const problems = results.flatMap(result => result.error ?? []);
    if (problems.length > 0) {
      throw new Error(`pipeline ${project}: ${problems.join('; ')}`);
    }
  }
}

async function hasProject(
  kargo: KargoClient,
  project: string,
): Promise<boolean> {
  try {
    await kargo.getProject({ project });
    return true;
  } catch (error) {
    if (isKargoRequestError(error, 404)) return false;
    throw error;
  }
}
