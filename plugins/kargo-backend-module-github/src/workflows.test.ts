import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { HttpRequest, SecretText } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import { dispatchWorkflowStep } from './dispatchWorkflow';
import { waitForWorkflowStep } from './waitForWorkflow';

const NOW = Date.UTC(2026, 0, 1, 12);
const RUN = {
  id: 7,
  status: 'queued',
  conclusion: null as string | null,
  created_at: new Date(NOW).toISOString(),
  html_url: 'https://git.example/runs/7',
};

/** A GitHub that knows one workflow, and lists what it was told. */
class FakeGithub {
  readonly asked: string[] = [];
  readonly bodies: object[] = [];
  /** Of which branch or tag runs were asked for last. */
  branch: string | undefined;
  runs: Array<typeof RUN> = [];
  /** What a dispatch begins. */
  begins: typeof RUN | undefined = RUN;
  /** How it answers who asks for the run of a dispatch; older servers refuse that. */
  tellsRuns = false;
  refusesToTell: number | undefined;
  refuses: { status: number; headers?: Record<string, string> } | undefined;
  private readonly server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://a');
    this.branch = searchParams.get('branch') ?? this.branch;
    this.asked.push(
      `${request.method} ${pathname.replace('/api/v3/repos/acme/web', '')}`,
    );
    let text = '';
    request.on('data', chunk => {
      text += chunk;
    });
    request.on('end', () => {
      const { status, body } = this.answer(request.method, pathname, text);
      response.writeHead(status, {
        date: new Date(NOW).toUTCString(),
        ...this.refuses?.headers,
      });
      response.end(body && JSON.stringify(body));
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>(resolve => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = this.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/acme/web.git`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(method: string | undefined, path: string, text: string) {
    if (this.refuses) {
      return { status: this.refuses.status, body: { message: 'no' } };
    }
    if (path.endsWith('/workflows/deploy.yml/dispatches')) {
      const { return_run_details: isAsked, ...body } = JSON.parse(text);
      if (isAsked && this.refusesToTell) {
        const message = '"return_run_details" is not a permitted key';
        return { status: this.refusesToTell, body: { message } };
      }
      this.bodies.push(body);
      this.runs.push(...(this.begins ? [this.begins] : []));
      return isAsked && this.tellsRuns
        ? { status: 200, body: { workflow_run_id: this.begins?.id } }
        : { status: 204 };
    }
    if (method === 'GET' && path.endsWith('/workflows/deploy.yml/runs')) {
      return { status: 200, body: { workflow_runs: this.runs } };
    }
    return path.endsWith('/runs/7')
      ? { status: 200, body: this.runs[0] }
      : { status: 404, body: { message: 'Not Found' } };
  }
}

describe('steps for GitHub Actions', () => {
  let github: FakeGithub;
  let repoURL: string;

  beforeEach(async () => {
    github = new FakeGithub();
    repoURL = await github.listen();
  });
  afterEach(() => github.close());

  const context = () => ({
    now: () => NOW,
    startedAt: NOW,
    credentials: {
      find: async () => ({ password: SecretText.of('t0ken-of-acme') }),
    },
    http: {
      async send({ url, method, headers, body }: HttpRequest) {
        const response = await fetch(url, {
          method,
          headers: headers as Record<string, string>,
          body: body as string,
        });
        return {
          status: response.status,
          url: new URL(response.url),
          headers: Object.fromEntries(
            [...response.headers].map(([name, value]) => [name, [value]]),
          ),
          body: Buffer.from(await response.arrayBuffer()),
        };
      },
      open: () => Promise.reject(new Error('not asked for')),
    },
  });
  const dispatch = (more: object = {}, facts: object = {}) =>
    runStep(
      dispatchWorkflowStep,
      { repoURL, workflowFile: 'deploy.yml', ref: 'main', ...more },
      { ...context(), ...facts },
    );
  const wait = (more: object = {}) =>
    runStep(waitForWorkflowStep, { repoURL, runID: 7, ...more }, context());

  it('starts a workflow and tells its run', async () => {
    const outcome = await dispatch({ inputs: { tag: 'v1', count: 3 } });
    expect(outcome).toEqual({ kind: 'succeeded', output: { runID: 7 } });
    expect(github.bodies).toEqual([
      { ref: 'main', inputs: { tag: 'v1', count: '3' } },
    ]);
  });

  it.each(['refs/heads/main', 'refs/tags/main'])(
    'finds the run of %s, which GitHub lists by its short name',
    async ref => {
      expect(await dispatch({ ref })).toMatchObject({ output: { runID: 7 } });
      expect(github.bodies).toEqual([{ ref }]);
      expect(github.branch).toBe('main');
    },
  );

  it('starts its own beside that of another Promotion, and tells that one', async () => {
    github.tellsRuns = true;
    github.runs = [RUN];
    github.begins = { ...RUN, id: 8 };
    expect(await dispatch()).toEqual({
      kind: 'succeeded',
      output: { runID: 8 },
    });
    expect(github.bodies).toEqual([{ ref: 'main' }]);
    expect(github.asked).toEqual([
      'POST /actions/workflows/deploy.yml/dispatches',
    ]);
  });

  it.each([400, 422])(
    'looks for the run where a server answers %s to who asks for it',
    async status => {
      github.refusesToTell = status;
      expect(await dispatch()).toMatchObject({ output: { runID: 7 } });
      expect(github.bodies).toEqual([{ ref: 'main' }]);
    },
  );

  it('takes a run that began since its first attempt as its own when it is repeated', async () => {
    github.runs = [RUN];
    expect(await dispatch({}, { isRepeated: true })).toEqual({
      kind: 'succeeded',
      output: { runID: 7 },
    });
    expect(github.bodies).toEqual([]);
  });

  it('does not take a run that began before', async () => {
    const older = { ...RUN, id: 6, created_at: '2026-01-01T11:59:59Z' };
    github.runs = [older];
    expect(await dispatch({}, { isRepeated: true })).toMatchObject({
      output: { runID: 7 },
    });
    expect(github.bodies).toHaveLength(1);
  });

  it('waits for a run to appear, starts no second one, and gives up in time', async () => {
    github.begins = undefined;
    const waiting = await dispatch();
    const output = { dispatchedAt: '2026-01-01T12:00:00.000Z' };
    expect(waiting).toMatchObject({ kind: 'waiting', output });
    const later = { previousOutput: output, now: () => NOW + 61_000 };
    expect(await dispatch({}, later)).toEqual({
      kind: 'failed',
      reason:
        'no run of deploy.yml on main appeared within 60 seconds after it was started',
      final: true,
    });
    expect(github.bodies).toHaveLength(1);
  });

  it('says which workflow GitHub does not know, for good', async () => {
    await expect(dispatch({ workflowFile: 'nope.yml' })).rejects.toMatchObject({
      name: 'TerminalError',
      message: expect.stringContaining('knows no such workflow or run'),
    });
  });

  it.each([
    [500, {}],
    [429, { 'retry-after': '30' }],
    [403, { 'x-ratelimit-remaining': '0' }],
  ])('lets an answer %s be tried again', async (status, headers) => {
    github.refuses = { status, headers: headers as Record<string, string> };
    await expect(dispatch()).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      ...('retry-after' in headers && { retryAt: NOW + 30_000 }),
    });
  });

  it('wants the address of a repository', async () => {
    await expect(
      dispatch({ repoURL: 'https://github.com/acme' }),
    ).rejects.toThrow('does not end in the owner and the name of a repository');
  });

  it('waits for the end of a run', async () => {
    github.runs = [{ ...RUN, status: 'in_progress' }];
    expect(await wait({ pollInterval: '30s' })).toEqual({
      kind: 'waiting',
      reason: 'run 7 is in_progress: https://git.example/runs/7',
      checkAgainInMs: 30_000,
    });
  });

  it.each([
    [undefined, 'failure', 'succeeded'],
    ['success', 'success', 'succeeded'],
    ['success', 'failure', 'failed'],
  ])(
    'expects %s of a run that ended as %s: %s',
    async (expectedConclusion, conclusion, kind) => {
      github.runs = [{ ...RUN, status: 'completed', conclusion }];
      expect(
        await wait({ ...(expectedConclusion && { expectedConclusion }) }),
      ).toMatchObject({ kind, output: { conclusion } });
    },
  );

  it('refuses an interval that is none', async () => {
    expect(await wait({ pollInterval: 'soon' })).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('pollInterval'),
    });
  });
});
