import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isTerminalError, ProgramCall } from 'backstage-plugin-kargo-node';
import { Workspace } from 'backstage-plugin-kargo-node/capabilities';
import { unpackTools } from 'kargo-test';
import { PromotionPrograms } from '../../engine/promotion/PromotionPrograms';
import { DirectProcesses } from '../processes/DirectProcesses';
import { ProcessLostError, ProcessStarter } from '../processes/ProcessStarter';
import { waitUntil, waitUntilGone } from '../../testing/processes';
import { CliProgramRunner } from './CliProgramRunner';

describe('programs of steps', () => {
  let base: string;
  let root: string;
  let programs: Record<string, string>;
  let controller: AbortController;
  let processes: ProcessStarter;
  const privateDir = () => path.join(base, 'engine');

  async function run(program: string, call: ProgramCall) {
    const { signal } = controller;
    const files = await Workspace.create({
      root,
      scratch: path.join(privateDir(), 'tmp'),
      signal,
    });
    const runner = CliProgramRunner.create({
      programs,
      searchPath: '/usr/bin:/bin',
      killAfterMs: 200,
      processes,
      limits: { processes: 8, memoryBytes: 512 * 1024 * 1024 },
    });
    const workspace = { privateDir: privateDir() } as never;
    return new PromotionPrograms(runner, { files, signal, workspace }).run(
      program,
      call,
    );
  }
  const shell = (script: string, call: Partial<ProgramCall> = {}) =>
    run('sh', { args: ['-c', script], ...call });
  const put = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };

  beforeAll(async () => {
    const { helm, kubectl } = await unpackTools();
    programs = { helm, kubectl, sh: 'sh', missing: 'no-such-program' };
  }, 120_000);

  beforeEach(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'kargo-programs-')));
    root = path.join(base, 'files');
    mkdirSync(root);
    controller = new AbortController();
    processes = new DirectProcesses();
  });

  afterEach(() => {
    rmSync(base, { recursive: true });
  });

  it('renders a chart with Helm', async () => {
    put('chart/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n');
    put(
      'chart/templates/cm.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  color: {{ .Values.color }}\n',
    );
    put('values/prod.yaml', 'color: green\n');
    const { stdout } = await run('helm', {
      args: [
        'template',
        'release',
        { tree: 'chart' },
        '--values',
        { path: 'values/prod.yaml' },
      ],
    });
    expect(stdout.toString()).toContain('color: green');
    expect(readdirSync(path.join(privateDir(), 'programs'))).toEqual([]);
  }, 120_000);

  it('builds a kustomization', async () => {
    put('base/kustomization.yaml', 'resources: [cm.yaml]\nnamePrefix: my-\n');
    put(
      'base/cm.yaml',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
    );
    const { stdout } = await run('kubectl', {
      args: ['kustomize', { tree: 'base' }],
    });
    expect(stdout.toString()).toContain('name: my-x');
  }, 120_000);

  it('tells what a program says about its failure, without places on the disk', async () => {
    put('chart/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n');
    put('chart/templates/cm.yaml', '{{ fail "no color" }}\n');
    const error = await run('helm', {
      args: ['template', 'r', { tree: 'chart' }],
    }).catch(e => e);
    expect(error.message).toContain('"helm" failed with exit code 1');
    expect(error.message).toContain('no color');
    expect(error.message).not.toContain(base);
  }, 120_000);

  it('gives an environment that holds nothing of the portal', async () => {
    process.env.KARGO_TEST_SECRET = 'portal';
    try {
      const { stdout } = await shell('export; ls || echo no other programs', {
        env: { MINE: 'yes', HOME: '/root' },
      });
      const text = stdout.toString();
      expect(text).not.toContain('KARGO_TEST_SECRET');
      expect(text).toContain('no other programs');
      expect(text).toMatch(/MINE='?"?yes/);
      expect(text).toMatch(
        new RegExp(`HOME='?"?${privateDir()}/programs/home-`),
      );
    } finally {
      delete process.env.KARGO_TEST_SECRET;
    }
  }, 60_000);

  it('gives a program the thirty days that it is told to', async () => {
    const timeoutMs = 30 * 24 * 3_600_000;
    const { stdout } = await shell('/bin/sleep 0.2; echo done', { timeoutMs });
    expect(stdout.toString()).toBe('done\n');
  }, 60_000);

  it('works in a folder of the Promotion, and only there', async () => {
    mkdirSync(path.join(root, 'dir'));
    const where = await shell('pwd', { folder: '/../dir' });
    expect(where.stdout.toString().trim()).toBe(path.join(root, 'dir'));
    await expect(shell('pwd', { folder: '.git' })).rejects.toThrow('".git"');
    symlinkSync(tmpdir(), path.join(root, 'dir/out'));
    await expect(
      run('sh', { args: ['-c', 'true', { tree: 'dir' }] }),
    ).rejects.toThrow('leads to nothing inside the work folder');
  }, 60_000);

  it.each<[string, string, Partial<ProgramCall>, string]>([
    [
      'takes too long',
      '/bin/sleep 600',
      { timeoutMs: 100 },
      'took longer than 100 ms',
    ],
    [
      'does not end when it is told to',
      "trap '' TERM; while true; do /bin/sleep 1; done",
      { timeoutMs: 100 },
      'took longer than 100 ms',
    ],
    [
      'prints too much',
      'while true; do echo x; done',
      { maxOutputBytes: 1000 },
      'printed more than 1000 bytes',
    ],
    ['fails', 'echo reason >&2; exit 3', {}, 'exit code 3: reason'],
    ['is ended by somebody', 'kill -9 $$', {}, '"sh" failed'],
  ])(
    'ends a program that %s',
    async (_, script, call, message) => {
      await expect(shell(script, call)).rejects.toThrow(message);
      expect(readdirSync(path.join(privateDir(), 'programs'))).toEqual([]);
    },
    60_000,
  );

  it('takes an exit code for an answer when told', async () => {
    await expect(shell('exit 3', { accept: [3] })).resolves.toMatchObject({
      exitCode: 3,
    });
  }, 60_000);

  it('ends what a program leaves running', async () => {
    await shell('/bin/sleep 600 >/dev/null 2>&1 & echo $! > pid');
    const pid = Number(readFileSync(path.join(root, 'pid'), 'utf8'));
    await expect(waitUntilGone(pid)).resolves.toBeUndefined();
  }, 60_000);

  it('ends with the signal, and all that it started with it', async () => {
    const running = shell('/bin/sleep 600 & echo $! > pid; wait');
    const file = path.join(root, 'pid');
    await waitUntil(
      () => existsSync(file) && readFileSync(file, 'utf8') !== '',
    );
    controller.abort(new Error('aborted by a person'));
    await expect(running).rejects.toThrow('aborted by a person');
    await waitUntilGone(Number(readFileSync(file, 'utf8')));
  }, 60_000);

  it('ends one that starts too many others', async () => {
    const script =
      'i=0; while [ $i -lt 20 ]; do /bin/sleep 600 & i=$((i+1)); done; wait';
    await expect(shell(script)).rejects.toThrow('processes at once');
  }, 60_000);

  it('fails in a way that passes when nobody can tell how a program goes', async () => {
    processes = {
      start: async call => ({
        ...(await new DirectProcesses().start(call)),
        ended: Promise.resolve({
          kind: 'lost',
          error: new ProcessLostError('the helper ended'),
        }),
      }),
    };
    await expect(shell('exit 0')).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      message: '"sh" was broken off: the helper ended',
    });
  }, 60_000);

  it.each([
    ['missing', 'is not installed on the portal'],
    ['other', 'the portal has no program "other"; known are helm'],
    ['toString', 'the portal has no program "toString"'],
  ])('says for good that %s is not there', async (program, message) => {
    const error = await run(program, { args: [] }).catch(e => e);
    expect(error.message).toContain(message);
    expect(isTerminalError(error)).toBe(true);
  });
});
