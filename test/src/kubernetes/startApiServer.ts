import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../world/postgres';
import { ApiServerClient } from './ApiServerClient';
import { type KubernetesPrograms } from './buildPrograms';

const READY_WITHIN_MS = 120_000;

/** A real API server, without the controllers that a cluster has beside it. */
export interface ApiServer {
  client: ApiServerClient;
  close(): Promise<void>;
}

/** A program that runs, or ran. */
interface Started {
  running: ChildProcess;
  /** The file with what it says. */
  log: string;
}

/** Starts one on 127.0.0.1, with nothing in it. */
export async function startApiServer({
  etcd,
  apiServer,
}: Pick<KubernetesPrograms, 'etcd' | 'apiServer'>): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'kargo-kubernetes-'));
  const started: Started[] = [];
  const close = async () => {
    for (const { running } of started.reverse()) {
      if (isRunning(running)) {
        running.kill('SIGTERM');
        await once(running, 'exit');
      }
    }
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const [client, peer, port] = [
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const store = `http://127.0.0.1:${client}`;
    const token = randomBytes(16).toString('hex');
    started.push(
      await start(folder, etcd, 'etcd', etcdArguments(folder, store, peer)),
    );
    started.push(
      await start(
        folder,
        apiServer,
        'kube-apiserver',
        await apiServerArguments(folder, { store, port, token }),
      ),
    );
    const admin = new ApiServerClient(`https://127.0.0.1:${port}`, token);
    await untilReady(admin, started);
    return { client: admin, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  folder: string,
  program: string,
  name: string,
  args: string[],
): Promise<Started> {
  const log = join(folder, `${name}.log`);
  const file = await open(log, 'w');
  const running = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', file.fd, file.fd],
  });
  await once(running, 'spawn');
  await file.close();
  return { running, log };
}

function etcdArguments(folder: string, store: string, port: number): string[] {
  const peer = `http://127.0.0.1:${port}`;
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${store}`,
    `--advertise-client-urls=${store}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
    '--log-level=error',
  ];
}

async function apiServerArguments(
  folder: string,
  { store, port, token }: { store: string; port: number; token: string },
): Promise<string[]> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const secret = async (name: string, text: string) => {
    const file = join(folder, name);
    await writeFile(file, text, { mode: 0o600 });
    return file;
  };
  const tokens = `${token},admin,admin,system:masters\n`;
  return [
    `--etcd-servers=${store}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${await secret('tokens.csv', tokens)}`,
    '--authorization-mode=AlwaysAllow',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${await secret('key', privateKey)}`,
    `--service-account-key-file=${await secret('key.pub', publicKey)}`,
    // There are no service accounts, because nobody makes them.
    '--disable-admission-plugins=ServiceAccount',
  ];
}

async function untilReady(
  admin: ApiServerClient,
  programs: Started[],
): Promise<void> {
  const end = Date.now() + READY_WITHIN_MS;
  const isReady = () =>
    admin.send('GET', '/readyz').then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await isReady())) {
    const ended = programs.find(({ running }) => !isRunning(running));
    if (ended || Date.now() > end) {
      const { running, log } = ended ?? programs[programs.length - 1];
      const said = (await readFile(log, 'utf8')).slice(-2000);
      throw new Error(`${running.spawnfile} did not become ready: ${said}`);
    }
    await sleep(250);
  }
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}
