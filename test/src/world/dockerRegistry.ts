import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from './postgres';

/** A registry of the Distribution project, as Debian packages it. */
export interface DockerRegistry {
  readonly url: string;
  /** `host:port`. */
  readonly host: string;
  close(): Promise<void>;
}

/**
 * Where the program `docker-registry` is, or `undefined`.
 *
 * @remarks
 * Looks at `KARGO_TEST_DOCKER_REGISTRY`, then at `PATH`. No npm package brings
 * it, so tests against it are skipped where it is missing.
 */
export function findDockerRegistry(): string | undefined {
  const named = process.env.KARGO_TEST_DOCKER_REGISTRY;
  if (named) return named;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map(folder => join(folder, 'docker-registry'))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts the real registry on a free port of 127.0.0.1, empty. */
export async function startDockerRegistry(
  program: string,
): Promise<DockerRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'docker-registry-'));
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const config = join(folder, 'config.yml');
  await writeFile(
    config,
    stringify({
      version: '0.1',
      log: { level: 'error', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: join(folder, 'data') },
        delete: { enabled: true },
      },
      http: { addr: host },
    }),
  );
  const child = spawn(program, ['serve', config], { stdio: 'ignore' });
  const closed = once(child, 'close');
  const url = `http://${host}`;
  const deadline = Date.now() + 30_000;
  for (;;) {
    const reply = await fetch(`${url}/v2/`).catch(() => undefined);
    if (reply?.ok) break;
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error('docker-registry did not start');
    }
    await delay(50);
  }
  return {
    url,
    host,
    async close() {
      child.kill('SIGTERM');
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
