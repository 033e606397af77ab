import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import {
  firstLine,
  isRunning,
  waitUntil,
  waitUntilGone,
} from '../../testing/processes';
import { ProcessHelper } from './helper/ProcessHelper';
import { HelperProcesses } from './HelperProcesses';
import { ProcessLostError, ProcessStartError } from './ProcessStarter';

jest.setTimeout(120_000);

describe('the helper that starts programs', () => {
  const warnings: string[] = [];
  let helpers: ProcessHelper[];
  let now: number;
  let lookMs: number | undefined;
  let streamsMs: number | undefined;
  let problem: Error | undefined;
  let processes: HelperProcesses;

  beforeEach(() => {
    warnings.length = 0;
    helpers = [];
    now = 0;
    problem = undefined;
    lookMs = undefined;
    streamsMs = undefined;
    processes = HelperProcesses.create({
      logger: { warn: message => warnings.push(message) },
      monotonic: () => now,
      startHelper: async () => {
        if (problem) {
          throw problem;
        }
        const helper = await ProcessHelper.start({ lookMs, streamsMs });
        helpers.push(helper);
        return helper;
      },
    });
  });
  afterEach(() => processes.stop());

  const start = (script: string, signal?: AbortSignal) =>
    processes.start({
      ...{ file: 'sh', args: ['-c', script], cwd: '/', signal },
      env: { PATH: '/usr/bin:/bin' },
      limits: { processes: 64, memoryBytes: 2 ** 40 },
      onExceeded: () => {},
    });
  const echo = async () => {
    const running = await start('echo hello');
    const said = await text(running.stdout);
    await running.ended;
    return said;
  };
  const helperPid = () => helpers.at(-1)!.pid!;

  it('is started once, with the first program', async () => {
    expect(helpers).toHaveLength(0);
    await Promise.all([echo(), echo(), echo()]);
    await echo();
    expect(helpers).toHaveLength(1);
    const parent = /PPid:\s+(\d+)/.exec(
      readFileSync(`/proc/${helperPid()}/status`, 'utf8'),
    );
    expect(Number(parent?.[1])).toBe(process.pid);
  });

  it('knows nothing of the environment and options of the portal', async () => {
    await echo();
    const environment = readFileSync(`/proc/${helperPid()}/environ`, 'utf8');
    const names = environment.match(/(^|(?<=\0))[^=\0]+/g);
    expect(names).toEqual([
      'NODE_CHANNEL_FD',
      'NODE_CHANNEL_SERIALIZATION_MODE',
    ]);
  });

  it('starts programs that are its children, not ours', async () => {
    const running = await start('echo $PPID');
    expect(Number(await text(running.stdout))).toBe(helperPid());
  });

  it('breaks off what runs when it dies, says so, and is there again', async () => {
    const running = await start('sleep 600 & echo $! $$; wait');
    const pids = (await firstLine(running.stdout)).split(' ').map(Number);
    process.kill(helperPid(), 'SIGKILL');
    const [end] = await Promise.all([running.ended, text(running.stdout)]);
    expect(end).toEqual({ kind: 'lost', error: expect.any(ProcessLostError) });
    expect(end.kind === 'lost' && end.error.message).toMatch(
      /the helper process .* ended unexpectedly/,
    );
    await Promise.all(pids.map(waitUntilGone));
    expect(await echo()).toBe('hello\n');
    expect(helpers).toHaveLength(2);
    expect(warnings).toEqual([]);
  });

  it('fails what is being started when it dies', async () => {
    await echo();
    process.kill(helperPid(), 'SIGSTOP');
    const starting = start('echo hello');
    process.kill(helperPid(), 'SIGKILL');
    await expect(starting).rejects.toBeInstanceOf(ProcessLostError);
    expect(await echo()).toBe('hello\n');
  });

  it('is replaced when somebody cleared its socket away, and what runs goes on', async () => {
    const running = await start('read line; echo "got $line"');
    const retired = helperPid();
    rmSync(path.dirname(socketOf(retired)), { recursive: true });
    await expect(start('echo hello')).rejects.toThrow(
      'cannot reach the portal any more',
    );
    expect(await echo()).toBe('hello\n');
    expect(helpers).toHaveLength(2);
    running.stdin.end('it\n');
    expect(await text(running.stdout)).toBe('got it\n');
    expect(await running.ended).toEqual({ kind: 'exited', code: 0 });
    await waitUntilGone(retired);
  });

  it('is ended when it does not answer any more', async () => {
    lookMs = 10;
    await echo();
    const stuck = helperPid();
    process.kill(stuck, 'SIGSTOP');
    await expect(start('echo hello')).rejects.toBeInstanceOf(ProcessLostError);
    await waitUntilGone(stuck);
    expect(await echo()).toBe('hello\n');
  });

  it('keeps no connection for a program that could not be started', async () => {
    await echo();
    const open = () => readdirSync(`/proc/${helperPid()}/fd`).length;
    const before = open();
    for (let n = 0; n < 5; n++) {
      await expect(
        start(`: ${'x'.repeat(3 * 1024 * 1024)}`),
      ).rejects.toBeInstanceOf(ProcessStartError);
    }
    await waitUntil(() => open() <= before);
  });

  it('keeps nobody waiting for a program that does not come', async () => {
    streamsMs = 10;
    await echo().catch(() => undefined);
    process.kill(helperPid(), 'SIGSTOP');
    await expect(start('echo hello')).rejects.toBeInstanceOf(ProcessLostError);
    process.kill(helperPid(), 'SIGCONT');
    await waitUntil(() => childrenOf(helperPid()).length === 0);
  });

  it('keeps nobody waiting who does not want a program any more', async () => {
    const never = HelperProcesses.create({
      logger: { warn: message => warnings.push(message) },
      monotonic: () => now,
      startHelper: () => new Promise(() => {}),
    });
    const controller = new AbortController();
    const starting = never.start({
      ...{ file: 'true', args: [], cwd: '/', env: {}, onExceeded: () => {} },
      limits: { processes: 1, memoryBytes: 1 },
      signal: controller.signal,
    });
    controller.abort(new Error('changed my mind'));
    await expect(starting).rejects.toThrow('changed my mind');
  });

  it('lets go of a program that nobody waits for any more', async () => {
    await echo();
    process.kill(helperPid(), 'SIGSTOP');
    const controller = new AbortController();
    const marker = `unwanted-${process.pid}`;
    const starting = start(`sleep 600; : ${marker}`, controller.signal);
    controller.abort(new Error('changed my mind'));
    await expect(starting).rejects.toThrow('changed my mind');
    process.kill(helperPid(), 'SIGCONT');
    expect(await echo()).toBe('hello\n');
    await waitUntil(() => childrenOf(helperPid()).length === 0);
  });

  it('ends with all that it runs when the portal is killed', async () => {
    const script = `
      const { HelperProcesses } = require(process.argv[1]);
      HelperProcesses.create({ logger: console, monotonic: () => 0 })
        .start({
          file: 'sh', args: ['-c', 'echo $PPID $$; sleep 600'], cwd: '/',
          env: { PATH: '/usr/bin:/bin' },
          limits: { processes: 9, memoryBytes: 2 ** 40 }, onExceeded() {},
        })
        .then(({ stdout }) => stdout.pipe(process.stdout));
    `;
    const portal = startPortal(script);
    const closed = once(portal, 'close');
    const pids = (await firstLine(portal.stdout)).split(' ').map(Number);
    expect(pids.map(isRunning)).toEqual([true, true]);
    const socket = socketOf(pids[0]);
    portal.kill('SIGKILL');
    await closed;
    await Promise.all(pids.map(waitUntilGone));
    expect(existsSync(path.dirname(socket))).toBe(false);
  });

  it('lets the portal go on that stops it, and does nothing else', async () => {
    const portal = startPortal(`
      const { HelperProcesses } = require(process.argv[1]);
      const processes = HelperProcesses.create({ logger: console, monotonic: () => 0 });
      processes
        .start({
          file: 'sh', args: ['-c', 'exit 0'], cwd: '/', env: { PATH: '/usr/bin:/bin' },
          limits: { processes: 9, memoryBytes: 2 ** 40 }, onExceeded() {},
        })
        .then(({ ended }) => ended)
        .then(() => processes.stop())
        .then(() => console.log('and goes on'));
    `);
    await expect(text(portal.stdout)).resolves.toBe('and goes on\n');
  });

  it('is done without where it cannot be started, and tried again later', async () => {
    problem = new Error('no more processes');
    expect(await echo()).toBe('hello\n');
    expect(await echo()).toBe('hello\n');
    expect(warnings).toEqual([
      expect.stringContaining(
        'cannot be started; they are started from the portal',
      ),
    ]);
    problem = undefined;
    now += 59_000;
    await echo();
    expect(helpers).toHaveLength(0);
    now += 2_000;
    await echo();
    expect(helpers).toHaveLength(1);
  });

  it('is gone after the portal has stopped, which then starts programs itself', async () => {
    const running = await start('sleep 600');
    const pid = helperPid();
    await processes.stop();
    expect((await running.ended).kind).toBe('lost');
    await waitUntilGone(pid);
    expect(await echo()).toBe('hello\n');
    expect(helpers).toHaveLength(1);
  });
});

/** A process with nothing in it but what a script does, which finds `HelperProcesses` in its first argument. */
function startPortal(script: string) {
  return spawn(
    process.execPath,
    [
      '--require',
      require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      ...['-e', script, path.join(__dirname, 'HelperProcesses.ts')],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
}

/** The last argument of a helper. */
function socketOf(helper: number): string {
  return readFileSync(`/proc/${helper}/cmdline`, 'utf8').split('\0').at(-2)!;
}

function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter(child => child !== '');
}
