import { Agent } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  pick,
  seededRandom,
} from 'backstage-plugin-kargo-backend/src/testing/seededRandom';
import { parseCases } from '../../parseCases';
import { type CaseRequest, readCase, type RestCase } from '../readCase';
import { type RestTarget, sendRequest } from '../RestClient';
import { optionOf, withTarget } from '../withTarget';
import { fillIn, prepareCase } from '../prepareCase';
import { judgeAnswer, PLANTED } from './judgeAnswer';
import { mutateRequest, type RawRequest } from './mutateRequest';
import { sendRaw } from './sendRaw';

/** How many requests were answered well, and with which status. */
export interface MutationsResult {
  passed: number;
  failed: number;
  statuses: Map<number, number>;
}

/** How many requests, and which: the same seed makes the same ones. */
export interface MutationsOptions {
  count: number;
  seed: number;
}

/**
 * Sends requests of a corpus with something wrong in each, and prints those that are answered
 * as a fault of the portal's, with a secret, or not at all.
 *
 * @param folder - with JSON Lines files of cases
 * @throws when the portal is gone
 */
export async function runMutationsOn(
  target: RestTarget,
  folder: string,
  { count, seed }: MutationsOptions,
): Promise<MutationsResult> {
  const cases = await readFolder(folder);
  const random = seededRandom(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const statuses = new Map<number, number>();
  let failed = 0;
  try {
    await plantSecrets(target);
    for (let index = 0; index < count; index += 1) {
      const { setup, request } = pick(random, cases);
      // What earlier requests have deleted or spoiled is there again, as far as it can be.
      const { saved } = await prepareCase(target, setup);
      const mutated = mutateRequest(fillIn(planted(request), saved), random);
      const { status, wrong } = await outcome(target, mutated, agent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (wrong !== undefined) {
        failed += 1;
        process.stdout.write(
          `FAIL ${index} of seed ${seed}: ${tell(mutated)}\n  ${wrong}\n`,
        );
      }
    }
    await demandAlive(target);
  } finally {
    agent.destroy();
  }
  return { passed: count - failed, failed, statuses };
}

/** Runs on a portal of its own, or on the one that `--url` and `--token` name. */
export function runMutations(
  folder: string,
  options: readonly string[] = [],
): Promise<MutationsResult> {
  const count = Number(optionOf('--count', options) ?? 5_000);
  const seed = Number(optionOf('--seed', options) ?? Date.now() % 2 ** 31);
  process.stdout.write(`${count} requests of seed ${seed}\n`);
  return withTarget(options, async target => {
    const result = await runMutationsOn(target, folder, { count, seed });
    const told = [...result.statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, times]) => `${times} × ${status}`);
    process.stdout.write(`answers: ${told.join(', ')}\n`);
    return result;
  });
}

/** A request that gets no further than that would get no further with something wrong in it. */
const REFUSED_AT_THE_DOOR: ReadonlySet<number> = new Set([401, 404]);

async function readFolder(folder: string): Promise<RestCase[]> {
  const names = await readdir(folder);
  const texts = await Promise.all(
    names
      .filter(name => name.endsWith('.jsonl'))
      .sort()
      .map(name => readFile(join(folder, name), 'utf8')),
  );
  return texts
    .flatMap(parseCases)
    .map(({ value }) => readCase(value))
    .filter(({ expect }) => !REFUSED_AT_THE_DOOR.has(expect.status));
}

/** Puts a secret wherever secrets are kept, under names that mutated paths have. */
async function plantSecrets(target: RestTarget): Promise<void> {
  const project = {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Project',
    metadata: { name: 'vault' },
  };
  const places = ['/projects/vault', '/shared', '/system'];
  const repository = {
    name: 'planted',
    type: 'git',
    repoUrl: 'https://git.invalid/planted.git',
    username: 'planter',
    password: PLANTED,
  };
  const requests: CaseRequest[] = [
    { method: 'POST', path: '/resources', body: [project] },
    ...places.slice(0, 2).map(place => ({
      method: 'POST',
      path: `${place}/repo-credentials`,
      body: repository,
    })),
    ...places.map(place => ({
      method: 'POST',
      path: `${place}/generic-credentials`,
      body: { name: 'planted-too', data: { password: PLANTED } },
    })),
  ];
  for (const request of requests) {
    await sendRequest(target, request);
  }
}

/** A request whose secrets, if it has some, are the planted one. */
function planted(request: CaseRequest): CaseRequest {
  const { path, body } = request;
  if (
    !/-credentials/.test(path) ||
    typeof body !== 'object' ||
    body === null ||
    Array.isArray(body)
  ) {
    return request;
  }
  const { data, password } = body as { data?: unknown; password?: unknown };
  return {
    ...request,
    body: {
      ...body,
      ...(typeof password === 'string' && { password: PLANTED }),
      ...(typeof data === 'object' &&
        data !== null && {
          data: Object.fromEntries(
            Object.keys(data).map(key => [key, PLANTED]),
          ),
        }),
    },
  };
}

async function outcome(
  target: RestTarget,
  request: RawRequest,
  agent: Agent,
): Promise<{ status: number; wrong?: string }> {
  try {
    const answer = await sendRaw(target, request, agent);
    return { status: answer.status, wrong: judgeAnswer(answer) };
  } catch (error) {
    return { status: 0, wrong: (error as Error).message };
  }
}

function tell({ method, path, bytes, headers }: RawRequest): string {
  const body = bytes ? Buffer.from(bytes).toString('utf8') : '';
  return `${method} ${path.slice(0, 400)} ${JSON.stringify(
    headers,
  )} ${JSON.stringify(body.slice(0, 2_000))}`;
}

/** @throws when the portal answers no more, or is not ready */
async function demandAlive(target: RestTarget): Promise<void> {
  const { status } = await sendRequest(target, {
    method: 'GET',
    path: '/system/readiness',
  });
  if (status !== 200) {
    throw new Error(`the portal is not ready any more: ${status}`);
  }
}
