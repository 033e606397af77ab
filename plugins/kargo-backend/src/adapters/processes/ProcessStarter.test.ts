import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { DirectProcesses } from './DirectProcesses';
import { HelperProcesses } from './HelperProcesses';
import {
  firstLine,
  isRunning,
  isWaiting,
  waitUntil,
  waitUntilGone,
} from '../../testing/processes';
import {
  ProcessCall,
  ProcessStarter,
  ProcessStartError,
  RunningProcess,
} from './ProcessStarter';

jest.setTimeout(120_000);

const LIMITS = { processes: 64, memoryBytes: 2 ** 40 };
const MIB = 1024 * 1024;

const started: HelperProcesses[] = [];

afterAll(async () => {
  await Promise.all(started.map(processes => processes.stop()));
});

function startedThroughHelper(): ProcessStarter {
  const processes = HelperProcesses.create({
    logger: {
      warn: (message, error) => {
        throw new Error(message, { cause: error });
      },
    },
    monotonic: () => performance.now(),
  });
  started.push(processes);
  return processes;
}

describe.each<[string, () => ProcessStarter]>([
  ['from the portal itself', () => new DirectProcesses()],
  ['through the helper', startedThroughHelper],
])('programs started %s', (_, create) => {
  let processes: ProcessStarter;
  let folder: string;

  beforeAll(() => {
    processes = create();
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'kargo-processes-')));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const start = (script: string, more: Partial<ProcessCall> = {}) =>
    processes.start({
      ...{ file: 'sh', args: ['-c', script], cwd: folder, limits: LIMITS },
      env: { PATH: '/usr/bin:/bin' },
      onExceeded: () => {},
      ...more,
    });
  /** Reads everything and waits for the end. */
  const finish = async (running: RunningProcess) => {
    const [stdout, stderr, trace] = await Promise.all([
      text(running.stdout),
      text(running.stderr),
      running.trace && text(running.trace),
    ]);
    return { stdout, stderr, trace, end: await running.ended };
  };

  it.each([0, 1, 3, 128, 255])('tell that they ended with %d', async code => {
    const { end } = await finish(await start(`exit ${code}`));
    expect(end).toEqual({ kind: 'exited', code });
  });

  it('tell that somebody ended them', async () => {
    const { end } = await finish(await start('kill -9 $$'));
    expect(end).toEqual({ kind: 'killed' });
  });

  it('keep their outputs apart', async () => {
    const running = await start('echo out; echo err >&2; echo trace >&3', {
      hasTrace: true,
    });
    expect(await finish(running)).toMatchObject({
      stdout: 'out\n',
      stderr: 'err\n',
      trace: 'trace\n',
    });
  });

  it('have no connection of ours besides those that they were given', async () => {
    const { stdout } = await finish(await start('ls -l /proc/self/fd'));
    const sockets = stdout.match(/\d+ -> socket/g);
    expect(sockets).toEqual(['0 -> socket', '1 -> socket', '2 -> socket']);
  });

  it('work in their folder with their environment, and nothing of the portal', async () => {
    process.env.KARGO_TEST_SECRET = 'portal';
    try {
      const running = await start('pwd; /usr/bin/env', {
        env: { MINE: 'y e s\n"' },
      });
      const { stdout } = await finish(running);
      expect(stdout).toContain(`${folder}\n`);
      expect(stdout).toContain('MINE=y e s\n"');
      expect(stdout).not.toContain('KARGO_TEST_SECRET');
      expect(stdout).not.toMatch(/NODE_/);
    } finally {
      delete process.env.KARGO_TEST_SECRET;
    }
  });

  it('take arguments as they are', async () => {
    const args = [
      '-c',
      'printf "%s|" "$@"',
      'sh',
      'a b',
      '$HOME',
      '',
      '‹ä›',
      '"',
    ];
    const { stdout } = await finish(await start('', { args }));
    expect(stdout).toBe('a b|$HOME||‹ä›|"|');
  });

  it('take megabytes in and give megabytes out', async () => {
    const input = randomBytes(24 * MIB);
    const running = await start('cat');
    running.stdin.end(input);
    const hash = createHash('sha1');
    for await (const chunk of running.stdout) {
      hash.update(chunk);
    }
    expect(await running.ended).toEqual({ kind: 'exited', code: 0 });
    expect(hash.digest('hex')).toBe(
      createHash('sha1').update(input).digest('hex'),
    );
  });

  it('are held back until somebody reads', async () => {
    const running = await start(
      'head -c 8388608 /dev/zero & echo $! >&3; wait',
      {
        hasTrace: true,
      },
    );
    const pid = Number(await firstLine(running.trace!));
    await waitUntil(() => isWaiting(pid, 'head'));
    let bytes = 0;
    for await (const chunk of running.stdout) {
      bytes += chunk.length;
    }
    expect(bytes).toBe(8 * MIB);
    running.trace?.resume();
    expect(await running.ended).toEqual({ kind: 'exited', code: 0 });
  });

  it('may end without having read what they were given', async () => {
    const running = await start('exit 4');
    running.stdin.end(randomBytes(8 * MIB));
    expect((await finish(running)).end).toEqual({ kind: 'exited', code: 4 });
  });

  it('end although nobody reads what they print', async () => {
    const running = await start('echo out; echo err >&2; exit 5');
    expect(await running.ended).toEqual({ kind: 'exited', code: 5 });
  });

  it('are talked to while they run', async () => {
    const running = await start('while read line; do echo "got $line"; done');
    const lines = running.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
    for (const word of ['one', 'two', 'three']) {
      running.stdin.write(`${word}\n`);
      expect((await lines.next()).value).toBe(`got ${word}\n`);
    }
    running.stdin.end();
    expect((await lines.next()).done).toBe(true);
    expect(await running.ended).toEqual({ kind: 'exited', code: 0 });
  });

  it('get a signal with all that they have started', async () => {
    const running = await start('sleep 600 & echo $! $$; wait');
    const pids = (await firstLine(running.stdout)).split(' ').map(Number);
    running.signal('SIGTERM');
    expect((await finish(running)).end).toEqual({ kind: 'killed' });
    await Promise.all(pids.map(waitUntilGone));
  });

  it('may answer a signal in their own way', async () => {
    const running = await start(
      "trap 'echo bye; exit 7' TERM; echo ready; while true; do sleep 0.05; done",
    );
    await firstLine(running.stdout);
    running.signal('SIGTERM');
    const { stdout, end } = await finish(running);
    expect(stdout).toBe('bye\n');
    expect(end).toEqual({ kind: 'exited', code: 7 });
  });

  it('take along what they leave running', async () => {
    const { stdout } = await finish(
      await start('sleep 600 >/dev/null 2>&1 </dev/null & echo $!'),
    );
    const left = Number(stdout);
    await waitUntilGone(left);
    expect(isRunning(left)).toBe(false);
  });

  it('have their use told when it is too much', async () => {
    const told: string[] = [];
    const running = await start(
      'for i in 1 2 3 4 5 6; do sleep 600 & done; wait',
      {
        limits: { ...LIMITS, processes: 4 },
        onExceeded: what => {
          told.push(what);
          running.signal('SIGKILL');
        },
      },
    );
    expect((await finish(running)).end).toEqual({ kind: 'killed' });
    expect(told[0]).toMatch(/^[5-7] processes at once, 4 are allowed$/);
  });

  it.each([
    ['is not there', '/no/such/program', /ENOENT/],
    ['is no program', '/etc/passwd', /EACCES/],
    ['is on no path', 'no-such-program', /ENOENT/],
  ])('say so when one %s', async (_name, file, message) => {
    const starting = start('', { file });
    await expect(starting).rejects.toBeInstanceOf(ProcessStartError);
    await expect(starting).rejects.toThrow(message);
  });

  it.each<[string, Partial<ProcessCall>, string]>([
    ['a variable', { env: { PASSWORD: 'hunter\0two' } }, 'variable PASSWORD'],
    ['an argument', { args: ['hunter\0two'] }, 'one of its arguments'],
    ['the name of a variable', { env: { 'P\0': 'x' } }, 'variable P '],
  ])(
    'are not started with a NUL in %s, which is not shown',
    async (_name, more, words) => {
      const starting = start('true', more);
      await expect(starting).rejects.toBeInstanceOf(ProcessStartError);
      await expect(starting).rejects.toThrow(words);
      await expect(starting).rejects.not.toThrow(/hunter|two/);
    },
  );

  it('are not started with an argument that is too long, and others are', async () => {
    const starting = start('', { args: ['x'.repeat(3 * MIB)] });
    await expect(starting).rejects.toBeInstanceOf(ProcessStartError);
    await expect(starting).rejects.toThrow('E2BIG');
    const { end } = await finish(await start('exit 3'));
    expect(end).toEqual({ kind: 'exited', code: 3 });
  });

  it('say so when their folder is not there', async () => {
    await expect(
      start('true', { cwd: path.join(folder, 'gone') }),
    ).rejects.toBeInstanceOf(ProcessStartError);
  });

  it('are not started when nobody wants them any more', async () => {
    const reason = new Error('changed my mind');
    await expect(
      start('true', { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  it('run many at once, each with its own', async () => {
    const ends = await Promise.all(
      Array.from({ length: 60 }, async (_value, n) => {
        const running = await start(
          `read x; echo "$x"; echo ${n} >&2; exit ${n}`,
        );
        running.stdin.end(`in ${n}\n`);
        return finish(running);
      }),
    );
    expect(ends).toEqual(
      Array.from({ length: 60 }, (_value, n) => ({
        stdout: `in ${n}\n`,
        stderr: `${n}\n`,
        trace: undefined,
        end: { kind: 'exited', code: n },
      })),
    );
  });
});
