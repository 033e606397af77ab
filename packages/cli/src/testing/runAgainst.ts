import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RESOURCE_VERSION_HEADER } from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { runKargo } from '../runKargo';

/** What a server answers to `METHOD /path?query` below `/v1beta1`: a body, or a response. */
export type Answers = Readonly<
  Record<
    string,
    | object
    | ((
        request: RecordedRequest,
      ) => Response | object | Promise<Response | object>)
  >
>;

/** A request as it arrived. */
export interface RecordedRequest {
  /** `METHOD /path?query` */
  line: string;
  headers: Headers;
  body?: unknown;
}

/** What a command did. */
export interface Run {
  code: number;
  out: string;
  err: string;
  requests: RecordedRequest[];
  insecure: boolean;
}

/** The outside world of a run. */
export interface World {
  answers?: Answers;
  environment?: Record<string, string>;
  input?: string;
  /** Whether somebody sees standard error. */
  isTerminal?: boolean;
  secret?: string;
  home?: string;
  workingDirectory?: string;
  /** What a person's browser comes back with from an address; never by default. */
  browser?: (url: URL) => Record<string, string> | undefined;
  now?: Date;
  /** Called instead of waiting. */
  delay?: () => Promise<void>;
  /** Called with what a timer is to do; by default none ever fires. */
  startTimer?: (run: () => void) => void;
}

/** Time of every run. */
const NOW = new Date('2026-03-01T12:00:00Z');

/** Revision of the store at which everything is answered. */
const STORE_REVISION = '9';

/** Address of the API in the environment of every run. */
export const API = 'https://portal.example/api/kargo';

/** A folder that lives as long as the test. */
export async function withFolder<T>(
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'kargo-cli-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a command against a server that knows some answers, and 404 for the rest. */
export async function runAgainst(
  args: readonly string[],
  world: World = {},
): Promise<Run> {
  return world.home === undefined
    ? withFolder(home => run(args, { ...world, home }))
    : run(args, { ...world, home: world.home });
}

async function run(
  args: readonly string[],
  world: World & { home: string },
): Promise<Run> {
  const result: Run = {
    code: 0,
    out: '',
    err: '',
    requests: [],
    insecure: false,
  };
  const context: CliContext = {
    environment: world.environment ?? {
      KARGO_API_ADDRESS: API,
      KARGO_API_TOKEN: 'secret-token',
    },
    homeDirectory: world.home,
    workingDirectory: world.workingDirectory ?? world.home,
    version: '1.2.3',
    fetch: answering(world.answers ?? {}, result.requests),
    writeOut: text => {
      result.out += text;
    },
    writeError: text => {
      result.err += text;
    },
    isTerminal: world.isTerminal ?? false,
    readInput: async () => world.input ?? '',
    askSecret: async () => world.secret,
    ...browsing(world),
    now: () => world.now ?? NOW,
    delay: world.delay ?? (async () => {}),
    startTimer: (_, over) => {
      world.startTimer?.(over);
      return () => {};
    },
    allowInsecureTls: () => {
      result.insecure = true;
    },
  };
  result.code = await runKargo(args, context);
  return result;
}

/** A browser that is back at once, or never. */
function browsing({
  browser,
}: World): Pick<CliContext, 'openBrowser' | 'listenOnce'> {
  let opened: URL | undefined;
  return {
    openBrowser: async url => {
      opened = new URL(url);
    },
    listenOnce: async (path, port, expects) => ({
      url: `http://127.0.0.1:${port || 4711}${path}`,
      wait: async () => {
        const answer = new URLSearchParams(opened && browser?.(opened));
        return expects(answer) ? answer : undefined;
      },
      close: async () => {},
    }),
  };
}

function answering(
  answers: Answers,
  requests: RecordedRequest[],
): CliContext['fetch'] {
  return async (url, init = {}) => {
    const { origin, pathname, search } = new URL(url);
    const path = pathname.replace(/^\/api\/kargo\/v1beta1/, '');
    const line = `${init.method ?? 'GET'} ${path}${search}`;
    const request: RecordedRequest = {
      line: origin === 'https://portal.example' ? line : `GET ${url}`,
      headers: new Headers(init.headers),
      ...(init.body !== undefined && { body: JSON.parse(String(init.body)) }),
    };
    requests.push(request);
    const answer = answers[request.line];
    const made = typeof answer === 'function' ? await answer(request) : answer;
    if (made === undefined) {
      return Response.json({ error: `no answer for ${line}` }, { status: 404 });
    }
    return made instanceof Response
      ? made
      : Response.json(made, {
          headers: { [RESOURCE_VERSION_HEADER]: STORE_REVISION },
        });
  };
}
