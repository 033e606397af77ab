import {
  HttpResponse,
  StepContext,
  TerminalError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** Fields of every step that works with workflows. */
export const REPOSITORY_FIELDS = {
  repoURL: z.url({ error: "Does not match format 'uri'" }),
  insecureSkipTLSVerify: z.boolean().default(false),
};

const Run = z.object({
  id: z.int(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  created_at: z.string(),
  html_url: z.string(),
});

/** One run of a workflow, as GitHub tells it. */
export type WorkflowRun = z.output<typeof Run>;

const Refusal = z.object({ message: z.string() });
const RATE_LIMIT_STATUS = [403, 429];

interface Asked {
  method?: 'GET' | 'POST';
  path: string;
  body?: object;
}

/** GitHub's API for the workflows of one repository. */
export class GithubActions {
  /** @throws TerminalError when the address names no repository */
  static async open(
    config: { repoURL: string; insecureSkipTLSVerify: boolean },
    context: StepContext<'credentials' | 'http'>,
  ): Promise<GithubActions> {
    const { repoURL } = config;
    const { protocol, host, pathname } = new URL(repoURL);
    const [, owner, name] =
      /^\/([^/]+)\/([^/]+?)(?:\.git)?\/?$/.exec(pathname) ?? [];
    if (!owner || !name) {
      throw new TerminalError(
        `repoURL: expected the address of a repository such as https://github.com/owner/name, found '${repoURL}'`,
      );
    }
    const api =
      host === 'github.com'
        ? 'https://api.github.com'
        : `${protocol}//${host}/api/v3`;
    const found = await context.credentials.find({ type: 'git', repoURL });
    return new GithubActions(
      `${api}/repos/${owner}/${name}/actions`,
      found?.password?.reveal(),
      config.insecureSkipTLSVerify,
      context,
    );
  }

  /** Epoch milliseconds by which GitHub's clock is ahead of ours, as of the last answer. */
  private aheadMs = 0;

  private constructor(
    private readonly base: string,
    private readonly token: string | undefined,
    private readonly insecureSkipTLSVerify: boolean,
    private readonly context: StepContext<'credentials' | 'http'>,
  ) {}

  /** @throws TerminalError when GitHub knows no such workflow, or refuses its inputs */
  async dispatch(workflow: string, body: object): Promise<void> {
    await this.ask({
      method: 'POST',
      path: `/workflows/${encodeURIComponent(workflow)}/dispatches`,
      body,
    });
  }

  /**
   * The oldest run that a dispatch on a branch or tag began since a moment on our clock.
   *
   * @remarks GitHub tells whole seconds, on its own clock.
   */
  async findDispatched(
    workflow: string,
    ref: string,
    sinceMs: number,
  ): Promise<WorkflowRun | undefined> {
    const query = new URLSearchParams({
      event: 'workflow_dispatch',
      branch: ref,
      per_page: '50',
    });
    const path = `/workflows/${encodeURIComponent(workflow)}/runs?${query}`;
    const { workflow_runs: runs } = await this.read(
      z.object({ workflow_runs: z.array(Run) }),
      { path },
    );
    const since = Math.floor((sinceMs + this.aheadMs) / 1000) * 1000;
    return runs
      .filter(({ created_at: at }) => Date.parse(at) >= since)
      .sort((a, b) => a.id - b.id)
      .at(0);
  }

  run(id: number): Promise<WorkflowRun> {
    return this.read(Run, { path: `/runs/${id}` });
  }

  private async read<T>(schema: z.ZodType<T>, asked: Asked): Promise<T> {
    const { body } = await this.ask(asked);
    const parsed = schema.safeParse(parseJson(body));
    if (!parsed.success) {
      throw new Error(`${this.host} answered something else than GitHub does`);
    }
    return parsed.data;
  }

  private get host(): string {
    return new URL(this.base).host;
  }

  private async ask({ method = 'GET', path, body }: Asked) {
    const { http, signal, now } = this.context;
    const response = await http.send({
      url: `${this.base}${path}`,
      method,
      headers: {
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      insecureSkipTLSVerify: this.insecureSkipTLSVerify,
      signal,
    });
    const date = Date.parse(response.headers.date?.[0] ?? '');
    this.aheadMs = Number.isNaN(date) ? 0 : date - now();
    if (response.status >= 300) {
      throw this.explain(response, path);
    }
    return response;
  }

  private explain({ status, headers, body }: HttpResponse, path: string) {
    const told = Refusal.safeParse(parseJson(body));
    const why = told.success ? `: ${told.data.message}` : '';
    const message = `${this.host} answered ${status} to ${path.replace(
      /\?.*/,
      '',
    )}${why}`;
    const isLimited =
      RATE_LIMIT_STATUS.includes(status) &&
      (status === 429 || headers['x-ratelimit-remaining']?.[0] === '0');
    if (status >= 500 || isLimited) {
      return new UpstreamUnavailableError(this.host, message, {
        retryAt: retryAt(headers, this.context.now()),
      });
    }
    return [404, 422].includes(status)
      ? new TerminalError(message)
      : new Error(message);
  }
}

/** When GitHub wants to be asked again, epoch milliseconds. */
function retryAt(
  headers: HttpResponse['headers'],
  nowMs: number,
): number | undefined {
  const after = Number(headers['retry-after']?.[0] ?? Number.NaN);
  const reset = Number(headers['x-ratelimit-reset']?.[0] ?? Number.NaN);
  if (!Number.isNaN(after)) return nowMs + after * 1000;
  return Number.isNaN(reset) ? undefined : reset * 1000;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
