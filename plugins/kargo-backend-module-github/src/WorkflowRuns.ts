import { JsonObject } from 'backstage-plugin-kargo-common';
import { HttpHeaders, pathOf, StepContext } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import {
  GithubRepository,
  openRepository,
  RepositoryConfig,
} from './GithubRepository';

const Run = z.object({
  id: z.int(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  created_at: z.string(),
  html_url: z.string(),
});
const Runs = z.object({ workflow_runs: z.array(Run) });
const Begun = z.object({ workflow_run_id: z.int() });

/** So answer servers that do not know a field, GitHub Enterprise Server up to 3.20 among them. */
const UNKNOWN_FIELD = [400, 422];

/** One run of a workflow, as GitHub tells it. */
export type WorkflowRun = z.output<typeof Run>;

/** GitHub's API for the workflows of one repository. */
export class WorkflowRuns {
  /** @throws TerminalError when the address names no repository */
  static async open(
    config: RepositoryConfig,
    context: StepContext<'credentials' | 'http'>,
  ): Promise<WorkflowRuns> {
    return new WorkflowRuns(
      await openRepository(config, context, 'workflow or run'),
      context.now,
    );
  }

  /** Milliseconds by which GitHub's clock is ahead of ours, as of the last answer. */
  private aheadMs = 0;

  private constructor(
    private readonly repository: GithubRepository,
    private readonly now: () => number,
  ) {}

  /**
   * Starts a workflow.
   *
   * @returns the id of its run, where GitHub tells it
   * @throws TerminalError when GitHub knows no such workflow, or refuses its inputs
   */
  async dispatch(
    workflow: string,
    body: JsonObject,
  ): Promise<number | undefined> {
    const { api } = this.repository;
    const path = `${this.base}/workflows${pathOf(workflow)}`;
    const request = { method: 'POST' as const, path: `${path}/dispatches` };
    const answer = await api.ask({
      ...request,
      body: { ...body, return_run_details: true },
      accept: [404, ...UNKNOWN_FIELD],
    });
    if (answer.status === 404) {
      // It says whether there is no workflow, or nobody may start it.
      await api.ask({ path });
    }
    const { headers, body: told } =
      answer.status < 300 ? answer : await api.ask({ ...request, body });
    this.readClock(headers);
    return Begun.safeParse(told).data?.workflow_run_id;
  }

  /**
   * The oldest run that a dispatch on a branch or tag, or its full ref, began since a moment on our clock.
   *
   * @remarks GitHub tells whole seconds, on its own clock.
   */
  async findDispatched(
    workflow: string,
    ref: string,
    sinceMs: number,
  ): Promise<WorkflowRun | undefined> {
    const { api } = this.repository;
    const { headers, body } = await api.ask({
      path: `${this.base}/workflows${pathOf(workflow)}/runs`,
      query: {
        event: 'workflow_dispatch',
        branch: ref.replace(/^refs\/(heads|tags)\//, ''),
        per_page: 50,
      },
    });
    this.readClock(headers);
    const { workflow_runs: runs } = api.parse(Runs, body);
    const since = Math.floor((sinceMs + this.aheadMs) / 1000) * 1000;
    return runs
      .filter(({ created_at: at }) => Date.parse(at) >= since)
      .sort((a, b) => a.id - b.id)
      .at(0);
  }

  run(id: number): Promise<WorkflowRun> {
    return this.repository.api.read(Run, { path: `${this.base}/runs/${id}` });
  }

  private get base(): string {
    return `${this.repository.path}/actions`;
  }

  private readClock({ date = [] }: HttpHeaders): void {
    const told = Date.parse(date[0] ?? '');
    this.aheadMs = Number.isNaN(told) ? 0 : told - this.now();
  }
}
