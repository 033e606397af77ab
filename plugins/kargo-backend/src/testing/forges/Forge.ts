import { createHash } from 'node:crypto';
import { Reply } from 'kargo-test';
import { HostRequest, jsonReply } from '../FakeHosts';

/** A pull request as a host keeps it. */
export interface ForgePull {
  number: number;
  source: string;
  target: string;
  title: string;
  description: string;
  labels: string[];
  state: 'open' | 'merged' | 'closed';
  /** Full id of the source branch's head. */
  head: string;
  mergeCommit?: string;
  method?: string;
  isDraft: boolean;
  isFork: boolean;
  hasConflicts: boolean;
  checks: Array<{ name: string; state: 'passed' | 'running' | 'failed' }>;
  /** Who requested changes. */
  against: string[];
  /** Whose review is awaited. */
  awaited: string[];
}

/** What a host knows of a repository, whatever its API. */
export class Forge {
  readonly pulls: ForgePull[] = [];
  readonly branches = new Set(['main', 'stage/dev']);
  /** Branches that nobody may delete. */
  readonly protected = new Set<string>();
  readonly labels = ['kargo', 'automated'];
  /** Answers instead of everything else while set. */
  fault?: (request: HostRequest) => Reply | undefined;

  /** Opens a pull request as a person does in the host's pages. */
  add(given: Partial<ForgePull> = {}): ForgePull {
    const number = this.pulls.length + 7;
    const pull: ForgePull = {
      number,
      source: 'stage/dev',
      target: 'main',
      title: 't',
      description: 'd',
      labels: [],
      state: 'open',
      head: idOf(`head ${number}`),
      isDraft: false,
      isFork: false,
      hasConflicts: false,
      checks: [],
      against: [],
      awaited: [],
      ...given,
    };
    this.pulls.push(pull);
    return pull;
  }

  find(number: number | string): ForgePull | undefined {
    return this.pulls.find(pull => pull.number === Number(number));
  }

  merge(pull: ForgePull, method?: string): void {
    pull.state = 'merged';
    pull.mergeCommit = idOf(`merge ${pull.number}`);
    pull.method = method;
  }

  /** @returns whether there was such a branch; `undefined` when it may not be deleted */
  deleteBranch(name: string): boolean | undefined {
    return this.protected.has(name) ? undefined : this.branches.delete(name);
  }
}

/** The API of a host over what it knows. */
export interface ForgeApi {
  /** `provider` of the steps. */
  id: string;
  repoURL: string;
  /** A method of merging, and one that the host does not have. */
  methods: { known: string; unknown: string };
  /** Header that bears the token `secret`. */
  auth: [name: string, value: string];
  hasLabels: boolean;
  answer(forge: Forge, request: HostRequest): Reply;
}

/** A commit id that is the same for the same text. */
export function idOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** The repository that all hosts of the tests have, and a fork of it. */
export const OWNER = 'acme';
export const REPO = 'shop';

/** The date of creation: later ones have higher numbers. */
export function createdAt({ number }: ForgePull): string {
  return new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
}

export function bodyOf(request: HostRequest): Record<string, any> {
  return request.body === '' ? {} : JSON.parse(request.body);
}

export function notFound(): Reply {
  return jsonReply({ message: 'Not Found' }, 404);
}

/** A list in pages of at most two, as the hosts make them by number of page. */
export function pageOf<T>(
  items: T[],
  url: URL,
): { page: T[]; number: number; hasNext: boolean } {
  const number = Number(url.searchParams.get('page') ?? 1);
  const size = Number(
    url.searchParams.get('per_page') ??
      url.searchParams.get('limit') ??
      url.searchParams.get('pagelen') ??
      50,
  );
  const page = items.slice((number - 1) * size, number * size);
  return { page, number, hasNext: items.length > number * size };
}

/** The first pattern that matches method and path decides. */
export function route(
  request: HostRequest,
  routes: Array<
    [method: string, path: RegExp, answer: (...parts: string[]) => Reply]
  >,
): Reply {
  const path = decodeURIComponent(request.url.pathname);
  for (const [method, pattern, answer] of routes) {
    const match = method === request.method && pattern.exec(path);
    if (match) return answer(...match.slice(1));
  }
  return jsonReply({ message: `no route ${request.method} ${path}` }, 501);
}
