import { access, readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  DryRunStep,
  FileChange,
  PromotionDryRun,
} from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  createStep,
  HttpRequest,
  StepOutcome,
} from 'backstage-plugin-kargo-node';
import { GitServer, startGitServer } from 'kargo-test';
import { z } from 'zod';
import { createGitProgram } from '../../adapters/git/process/gitEnvironment';
import { GitWorkingTreesCli } from '../../adapters/git/worktrees/GitWorkingTreesCli';
import { FolderWorkspaces } from '../../adapters/workspace/FolderWorkspaces';
import { builtinSteps } from '../../builtins/steps';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const TOKEN = 'Tr0ub4dor&3/xyz+42';
const KEY = `-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nxkYzM0c2R3aGVuIGl0IGlz\n-----END KEY-----\n`;
const VALUES = 'image:\n  tag: 1.0.0\nreplicas: 2\n';

/** What steps sent over HTTP. */
let sent: string[] = [];
/** Ends the step `linger`, which otherwise goes on. */
let release: (() => void)[] = [];

/** Says that it only works in the folder, and does more. */
const overreachStep = createStep({
  id: 'overreach',
  description: 'Tells the world of what it writes.',
  config: z.object({ method: z.enum(['GET', 'POST']) }),
  needs: ['files', 'http'],
  workspace: 'writes',
  async run({ method }, { files, http }) {
    await files.write('told.txt', 'told');
    try {
      await http.send({ method, url: 'https://hook.example/x?token=abc' });
    } catch {
      // As steps do that make something else of an error.
      return { kind: 'failed', reason: 'the hook is away', final: false };
    }
    return { kind: 'succeeded' };
  },
});

/** Goes on until it is stopped or released. */
const lingerStep = createStep({
  id: 'linger',
  description: 'Takes its time.',
  config: z.object({}),
  run: (_, { signal }) =>
    new Promise<StepOutcome>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
      release.push(() => resolve({ kind: 'succeeded' }));
    }),
});

describe('a dry run of a Promotion', () => {
  let h: EngineHarness;
  let git: GitServer;
  let repoURL: string;

  beforeEach(async () => {
    sent = [];
    release = [];
    const clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
    h = await EngineHarness.create({
      steps: [...builtinSteps, overreachStep as AnyStep, lingerStep as AnyStep],
      capabilities: {
        http: {
          send: async ({ method = 'GET', url }: HttpRequest) => {
            sent.push(`${method} ${url}`);
            return {
              status: 200,
              headers: {},
              url: new URL(String(url)),
              body: Buffer.from('{"replicas": 7}'),
            };
          },
          open: async () => {
            throw new Error('Nothing is downloaded in this test');
          },
        },
        workingTrees: GitWorkingTreesCli.create({
          program: createGitProgram(),
          clock,
        }),
      },
    });
    git = await startGitServer({ root: path.join(h.root, 'git-server') });
    await git.createRepo('deploy', {
      'values.yaml': VALUES,
      'old.txt': 'gone soon\n',
      'logo.png': Buffer.from([0, 1, 2, 0]),
    });
    repoURL = git.repoURL('deploy');
  });
  afterEach(async () => {
    release.forEach(end => end());
    await h.stop();
    await git.close();
  });

  const clone = (checkout = '[{path: src}]') =>
    `{uses: git-clone, as: clone, config: {repoURL: '${repoURL}', checkout: ${checkout}}}`;
  const SET_TAG = `{uses: yaml-update, as: set-tag, config: {path: src/values.yaml, updates: [{key: image.tag, value: "\${{ imageFrom('${imageOf(
    'web',
  )}').Tag }}"}]}}`;
  const COMMIT = `{uses: git-commit, as: commit, config: {path: src, message: release}}`;
  const PUSH = `{uses: git-push, as: push, config: {path: src}}`;

  async function freightFor(...steps: string[]): Promise<string> {
    h.publish(imageOf('web'), '1.2.3');
    await h.apply(
      demoProject('none') +
        demoWarehouse('web') +
        demoStage('test', { web: '{direct: true}' }, `[${steps.join(', ')}]`),
    );
    await h.settle();
    const [freight] = await h.list('Freight');
    return freight.metadata.name;
  }

  async function dryRun(...steps: string[]): Promise<PromotionDryRun> {
    return h.dryRun('test', await freightFor(...steps));
  }

  const told = ({ steps }: PromotionDryRun) =>
    steps.map(({ alias, outcome, message }: DryRunStep) =>
      [alias, outcome, ...(message ? [message] : [])].join(' | '),
    );

  /** Folders that are left of Promotions. */
  async function folders(): Promise<string[]> {
    const folder = path.join(h.root, 'promotions');
    return access(folder).then(
      () => readdir(folder),
      () => [],
    );
  }

  it('tells what would change in git, and changes nothing', async () => {
    const before = await git.git('deploy', 'for-each-ref');
    const answer = await dryRun(
      clone(),
      SET_TAG,
      `{uses: delete, config: {path: src/old.txt}}`,
      `{uses: file-write, config: {path: src/new/note.txt, contents: "hello\\n"}}`,
      COMMIT,
      PUSH,
      `{uses: http, as: tell, config: {method: POST, url: 'https://hook.example/deployed'}}`,
      `{uses: set-metadata, as: note, config: {updates: [{kind: Stage, name: test, values: {a: b}}]}}`,
    );

    expect(told(answer)).toEqual([
      'clone | Ran',
      'set-tag | Ran',
      'step-3 | Ran',
      'step-4 | Ran',
      'commit | Ran',
      'push | NotRun | it acts outside of the folder',
      'tell | NotRun | it would send a POST request to hook.example',
      'note | NotRun | it acts outside of the folder',
    ]);
    expect(answer.changes).toEqual([
      {
        repoURL,
        path: 'src',
        branch: 'main',
        from: await git.resolve('deploy', 'main'),
        isCommitted: true,
        fileCount: 3,
        files: [
          {
            path: 'new/note.txt',
            change: 'Added',
            added: 1,
            removed: 0,
            diff: '@@ -0,0 +1 @@\n+hello\n',
          },
          {
            path: 'old.txt',
            change: 'Removed',
            added: 0,
            removed: 1,
            diff: '@@ -1 +0,0 @@\n-gone soon\n',
          },
          {
            path: 'values.yaml',
            change: 'Changed',
            added: 1,
            removed: 1,
            diff: '@@ -1,3 +1,3 @@\n image:\n-  tag: 1.0.0\n+  tag: 1.2.3\n replicas: 2\n',
          },
        ] satisfies FileChange[],
      },
    ]);
    expect(await git.git('deploy', 'for-each-ref')).toBe(before);
    expect(sent).toEqual([]);
    expect(await h.list('Promotion')).toEqual([]);
    expect((await h.get('Stage', 'test')).status?.metadata).toBeUndefined();
    expect(await folders()).toEqual([]);
  });

  it('makes a branch that is to be made for itself alone', async () => {
    const before = await git.branches('deploy');
    const answer = await dryRun(
      clone('[{path: src}, {path: out, branch: stage/test, create: true}]'),
      `{uses: copy, config: {inPath: src/values.yaml, outPath: out/values.yaml}}`,
      `{uses: git-commit, config: {path: out, message: render}}`,
    );
    expect(answer.changes).toMatchObject([
      { path: 'src', files: [], fileCount: 0 },
      {
        path: 'out',
        branch: 'stage/test',
        files: [{ path: 'values.yaml', change: 'Added', added: 3 }],
      },
    ]);
    expect(await git.branches('deploy')).toEqual(before);
  });

  it('tells what no step commits as not committed, and of what is no text that it differs', async () => {
    const answer = await dryRun(
      clone(),
      `{uses: copy, config: {inPath: src/logo.png, outPath: src/copy.png}}`,
      `{uses: copy, config: {inPath: src/old.txt, outPath: src/logo.png}}`,
    );
    expect(answer.changes).toMatchObject([{ isCommitted: false }]);
    expect(answer.changes[0].files).toEqual([
      { path: 'copy.png', change: 'Added' },
      { path: 'logo.png', change: 'Changed' },
    ]);
  });

  it('asks where asking changes nothing, and uses what it is told', async () => {
    const answer = await dryRun(
      clone(),
      `{uses: http, as: ask, config: {url: 'https://sizes.example/web', outputs: [{name: replicas, fromExpression: response.body.replicas}]}}`,
      `{uses: yaml-update, config: {path: src/values.yaml, updates: [{key: replicas, value: "\${{ outputs.ask.replicas }}"}]}}`,
    );
    expect(sent).toEqual(['GET https://sizes.example/web']);
    expect(answer.changes[0].files[0].diff).toContain('+replicas: 7\n');
  });

  it('does not run what needs the word of a step that is not run', async () => {
    const answer = await dryRun(
      clone(),
      PUSH,
      `{uses: file-write, as: note, config: {path: src/note.txt, contents: "\${{ outputs.push.commit }}"}}`,
      `{uses: file-write, as: unless, if: '\${{ failure() }}', config: {path: src/no.txt, contents: "\${{ outputs.push.commit }}"}}`,
      `{uses: file-write, as: when, if: '\${{ outputs.push.commit != "" }}', config: {path: src/when.txt, contents: x}}`,
      `{uses: file-write, as: again, config: {path: src/again.txt, contents: "\${{ outputs['note'] }}"}}`,
      SET_TAG,
    );
    expect(told(answer).slice(1)).toEqual([
      'push | NotRun | it acts outside of the folder',
      'note | NotRun | it needs the output of "push", which is not run either',
      'unless | Skipped',
      'when | NotRun | it needs the output of "push", which is not run either',
      'again | NotRun | it needs the output of "note", which is not run either',
      'set-tag | Ran',
    ]);
    expect(answer.changes[0].files.map(file => file.path)).toEqual([
      'values.yaml',
    ]);
  });

  it('fails where a Promotion would fail, and tells why', async () => {
    const answer = await dryRun(
      clone(),
      `{uses: yaml-update, as: broken, config: {path: src/none.yaml, updates: [{key: a, value: b}]}}`,
      SET_TAG,
      `{uses: file-write, as: report, if: '\${{ failure() }}', config: {path: src/failed.txt, contents: x}}`,
      `{uses: nonsense, as: last, if: '\${{ always() }}'}`,
    );
    expect(told(answer)).toEqual([
      'clone | Ran',
      expect.stringMatching(/^broken \| Failed \| .*none\.yaml/),
      'set-tag | Skipped',
      'report | Ran',
      expect.stringMatching(
        /^last \| Failed \| step kind "nonsense" is not registered/,
      ),
    ]);
    expect(answer.changes[0].files.map(file => file.path)).toEqual([
      'failed.txt',
    ]);
  });

  it('holds a step to what it declares, whatever it makes of that', async () => {
    const answer = await dryRun(
      clone(),
      `{uses: overreach, as: tell, config: {method: POST}}`,
      `{uses: overreach, as: ask, config: {method: GET}}`,
    );
    expect(told(answer).slice(1)).toEqual([
      'tell | NotRun | it would send a POST request to hook.example',
      'ask | Ran',
    ]);
    expect(sent).toEqual(['GET https://hook.example/x?token=abc']);
  });

  it('shows no secret that a step writes, neither one in many lines', async () => {
    await h.apply(`${demoProject('none')}---
apiVersion: v1
kind: Secret
metadata: {name: app, namespace: demo, labels: {kargo.akuity.io/cred-type: generic}}
stringData: ${JSON.stringify({ token: TOKEN, key: KEY })}
`);
    const answer = await dryRun(
      clone(),
      `{uses: file-write, config: {path: src/token.txt, contents: "t: \${{ secret('app').token }}"}}`,
      `{uses: file-write, config: {path: src/key.txt, contents: "\${{ secret('app').key }}"}}`,
    );
    const [key, token] = answer.changes[0].files;
    expect(token.diff).toMatch(/^\+t: /m);
    expect(key).toMatchObject({ path: 'key.txt', added: 4 });
    const text = JSON.stringify(answer);
    const lines = KEY.trim().split('\n');
    for (const secret of [TOKEN, ...lines]) {
      expect(text).not.toContain(secret);
    }
  });

  it('refuses what a Promotion would be refused', async () => {
    await freightFor(clone());
    await h.apply(
      demoStage('prod', { web: '{stages: [test]}' }, `[${clone()}]`),
    );
    const [freight] = await h.list('Freight');
    await expect(h.dryRun('prod', freight.metadata.name)).rejects.toThrow(
      /is not available to Stage 'prod'/,
    );
    await expect(h.dryRun('test', 'none')).rejects.toThrow(
      "Freight 'none' does not exist in project 'demo'",
    );
    expect(git.stats().requests).toBe(0);
  });

  it('ends, and leaves nothing behind, when whoever asked has gone', async () => {
    const freight = await freightFor(clone(), '{uses: linger}', SET_TAG);
    const gone = new AbortController();
    const asked = h.dryRun('test', freight, gone.signal);
    await h.until(() => release.length === 1);
    gone.abort(new Error('gone'));
    await expect(asked).rejects.toThrow('gone');
    expect(await folders()).toEqual([]);
  });

  it('is broken off before a proxy gives up, and tells how far it came', async () => {
    const freight = await freightFor(clone(), '{uses: linger}', SET_TAG);
    const asked = h.dryRun('test', freight);
    await h.until(() => release.length === 1);
    await h.advance(45_000);
    expect(await asked).toEqual({
      steps: [{ alias: 'clone', uses: 'git-clone', outcome: 'Ran' }],
      changes: [],
      endedEarly: 'It took longer than the 45 seconds that a dry run has',
    });
  });

  it('takes turns, and asks to come again when it takes too long to get one', async () => {
    const freight = await freightFor('{uses: linger}');
    const first = h.dryRun('test', freight);
    await h.until(() => release.length === 1);
    const second = h.dryRun('test', freight);
    await h.until(() => release.length === 2);
    /** Whoever asks waits before the next one asks. */
    const ask = async () => {
      const before = h.clock.sleepers;
      const asked = h.dryRun('test', freight);
      await h.until(() => h.clock.sleepers > before);
      return { asked };
    };
    const { asked: third } = await ask();
    const { asked: fourth } = await ask();
    const refused = fourth.catch(error => error);
    release[0]();
    expect((await first).steps).toMatchObject([{ outcome: 'Ran' }]);
    await h.until(() => release.length === 3);
    await h.clock.advance(10_000);
    expect(await refused).toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringMatching(/try again in a moment$/),
    });
    release.forEach(end => end());
    expect((await Promise.all([second, third])).map(told)).toEqual([
      ['step-1 | Ran'],
      ['step-1 | Ran'],
    ]);
  });

  it('keeps its folder while others are cleared away', async () => {
    const freight = await freightFor(clone(), '{uses: linger}', SET_TAG);
    const asked = h.dryRun('test', freight);
    await h.until(() => release.length === 1);
    await h.removeLeftovers();
    release[0]();
    expect((await asked).changes[0].files).toHaveLength(1);
  });

  it('leaves a folder that it cannot remove to those who clear up', async () => {
    jest
      .spyOn(FolderWorkspaces.prototype, 'remove')
      .mockRejectedValueOnce(new Error('busy'));
    expect(told(await dryRun(clone()))).toEqual(['clone | Ran']);
    expect(await folders()).toHaveLength(1);
    await h.removeLeftovers();
    expect(await folders()).toEqual([]);
  });
});
