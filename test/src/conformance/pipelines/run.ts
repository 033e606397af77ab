import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiProgram } from '../../scenarios/ApiProgram';
import { repositoryRoot } from '../../world/paths';
import { type Portal, startPortal } from '../../world/portal';
import { unpackTools } from '../../world/tools';
import type { ConformanceResult } from '../runCases';
import {
  findSets,
  isStage,
  type PipelineFolder,
  type PipelineSet,
} from './findSets';
import { PipelineWorld } from './PipelineWorld';
import { readSteps } from './readSteps';
import { type SetOutcome, SetRun } from './SetRun';

const POLL_MS = 500;

/**
 * Runs every pipeline of a folder to its last Stage: manifests unchanged in a real portal,
 * repositories, registries and services behind a proxy at the addresses they name.
 *
 * @remarks
 * An actor stands in for Argo CD, for reviewers and for the person who promotes where nothing
 * does by itself. Soak times pass by setting the portal's clock, once everything else is done.
 *
 * @throws if the folder cannot be read.
 */
export async function runPipelines(path: string): Promise<ConformanceResult> {
  const folder = await findSets(path);
  const stateDir = await mkdtemp(join(tmpdir(), 'pipelines-'));
  const clockFile = join(stateDir, 'clock');
  let world: PipelineWorld | undefined;
  let portal: Portal | undefined;
  try {
    world = await PipelineWorld.start(folder, join(stateDir, 'world'));
    portal = await startPipelinePortal(world, stateDir, clockFile);
    const outcomes = await runSets({ folder, world, portal, clockFile });
    outcomes.forEach(print);
    for (const address of world.internet.unanswered) {
      process.stdout.write(`nobody answered ${address}\n`);
    }
    const failed = outcomes.filter(({ open }) => open.length > 0).length;
    return { passed: outcomes.length - failed, failed };
  } finally {
    await portal?.close();
    await world?.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

async function startPipelinePortal(
  world: PipelineWorld,
  stateDir: string,
  clockFile: string,
): Promise<Portal> {
  const { folders } = await unpackTools();
  const { url, token } = world.cluster;
  const clock = join(repositoryRoot, 'test', 'src', 'world', 'clockStep.cjs');
  return startPortal({
    stateDir: join(stateDir, 'portal'),
    path: folders,
    environment: {
      ...world.internet.environment,
      NODE_OPTIONS: `--require ${clock}`,
      CLOCK_STEP_FILE: clockFile,
    },
    extraConfig: {
      kargo: { argocd: { clusters: [{ name: 'main', url, token }] } },
    },
  });
}

async function runSets(options: {
  folder: PipelineFolder;
  world: PipelineWorld;
  portal: Portal;
  clockFile: string;
}): Promise<SetOutcome[]> {
  const { folder, world, portal, clockFile } = options;
  const api = new ApiProgram(portal.api, portal.token);
  for (const text of folder.shared) await api.create(text);
  const runs = folder.sets.map(
    set => new SetRun(set, api, missingCredentials(set)),
  );
  await Promise.all(runs.map(run => run.begin()));
  let passedMs = 0;
  for (;;) {
    const open = runs.filter(({ outcome }) => !outcome);
    if (open.length === 0) return runs.map(({ outcome }) => outcome!);
    const merged = await world.mergeOpenPulls();
    if (merged + (await world.syncMoved()) > 0) {
      await Promise.all(open.map(run => run.refreshPromotions()));
    }
    await Promise.all(open.map(run => run.advance()));
    const soaks = open.map(({ outcome, soakMs = 0 }) => (outcome ? 1 : soakMs));
    if (soaks.every(soakMs => soakMs > 0)) {
      passedMs += Math.max(...soaks);
      await writeFile(clockFile, String(passedMs));
      await delay(POLL_MS);
      await Promise.all(open.map(run => run.refresh()));
    }
    await delay(POLL_MS);
  }
}

/** Secrets for the repositories that steps write to, where a set brings none. */
function missingCredentials({ project, manifests }: PipelineSet): string {
  const has = manifests.some(
    ({ kind, metadata }) =>
      kind === 'Secret' && metadata?.labels?.['kargo.akuity.io/cred-type'],
  );
  const repoURLs = manifests
    .filter(isStage)
    .flatMap(stage => readSteps(stage, manifests))
    .filter(({ uses }) => uses === 'git-clone')
    .map(({ config }) => String(config.repoURL));
  return [...new Set(has ? [] : repoURLs)]
    .map(
      (repoURL, index) => `apiVersion: v1
kind: Secret
metadata:
  name: repository-${index}
  namespace: ${project}
  labels:
    kargo.akuity.io/cred-type: git
stringData:
  repoURL: ${repoURL}
  username: kargo
  password: a-password
`,
    )
    .join('---\n');
}

/** How many Stages of a set are told what they wait for. */
const MOST_TOLD = 5;

function print({ set, done, open }: SetOutcome): void {
  const verdict = open.length === 0 ? 'PASS' : 'FAIL';
  const all = done.length + open.length;
  const told = open.slice(0, MOST_TOLD);
  const lines = [
    `${verdict} ${set.name}: ${done.length} of ${all} Stages are Healthy and Verified`,
    ...told.map(line => `  ${line}`),
    ...(told.length < open.length
      ? [`  and ${open.length - told.length} more`]
      : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
