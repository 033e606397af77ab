import { LRUCache } from 'lru-cache';
import { inTurns } from '../../../foreign/inTurns';
import { GitRemote, RemoteRefs } from '../../../ports/GitClient';
import { HttpClient, HttpResponse } from '../../../ports/HttpClient';
import { TRUST } from '../../system/writeAuthorities';
import { remoteFingerprint } from '../mirrors/lsRemote';
import {
  accessURL,
  basicCredentials,
  GitProgram,
} from '../process/gitEnvironment';
import { MINIMUM_GIT } from '../process/gitVersion';
import { parseDestination } from '../process/parseDestination';
import { LS_REFS, parseLsRefs } from './lsRefs';
import { encodePush, readReport, RefUpdate } from './receivePack';

type Service = 'git-upload-pack' | 'git-receive-pack';

const MAX_REMEMBERED = 1000;
/** For so long a server that answered otherwise than git does is left to git. */
const UNSUITED_MS = 10 * 60_000;
/** For so long one that did not answer is. */
const SILENT_MS = 60_000;
const LIST_TIMEOUT_MS = 10_000;
/** More than a hundred thousand tags, twice as many branches: more of them are git's. */
const MAX_LIST_BYTES = 16 * 1024 * 1024;
/** Hooks of a server may take their time. */
const PUSH_TIMEOUT_MS = 60_000;
const MAX_REPORT_BYTES = 64 * 1024;

/** What came of a push. */
export type PushAnswer =
  | 'taken'
  | 'refused'
  /** It may have been taken: the answer was lost, or is not the server's own. */
  | 'unknown';

/**
 * As git's: hosts (GitHub, Azure DevOps and Bitbucket among them) give repositories only to
 * programs whose name begins so, and show web pages to others.
 */
const USER_AGENT = `git/${MINIMUM_GIT} (backstage-plugin-kargo)`;

/** After these a server has not looked at what was sent. */
const REFUSALS = [
  301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 411, 413, 415, 429,
];

/**
 * Asks and pushes by git's smart HTTP protocol without starting git, where one request and
 * its answer are all of it.
 *
 * @remarks
 * It is only ever a shortcut: whatever is not the plain good answer (a refusal, a redirect,
 * a proxy, an answer that was lost, another protocol) is left to git, which is asked as if
 * nothing had been. So this decides nothing that git would not, and knows no errors.
 * Requests carry the caller's credentials under git's rules: reads only when the server
 * wants some, pushes at once.
 */
export class SmartHttp {
  /** By service, and by what is asked with which credentials. */
  readonly #unsuited = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  /** Remotes that wanted a password for reading, by what they are asked with. */
  readonly #private = new LRUCache<string, true>({ max: MAX_REMEMBERED });

  static create(options: { http: HttpClient; program: GitProgram }): SmartHttp {
    return new SmartHttp(options);
  }

  private constructor(
    private readonly options: {
      readonly http: HttpClient;
      readonly program: GitProgram;
    },
  ) {}

  /** Branches, tags and HEAD as the remote names them now; `undefined` where git has to ask. */
  async listRefs(
    remote: GitRemote,
    signal?: AbortSignal,
  ): Promise<RemoteRefs | undefined> {
    return this.#attempt(remote, 'git-upload-pack', signal, async url => {
      const key = remoteFingerprint(remote);
      const ask = (offersPassword: boolean) =>
        this.#send(remote, url, 'git-upload-pack', {
          body: LS_REFS,
          offersPassword,
          ...{ maxBytes: MAX_LIST_BYTES, timeoutMs: LIST_TIMEOUT_MS, signal },
        });
      const isPrivate = this.#private.has(key);
      let answer = await ask(isPrivate);
      if (answer.status === 401 && !isPrivate && basicCredentials(remote)) {
        answer = await ask(true);
        if (answer.status === 200) {
          this.#private.set(key, true);
        }
      }
      return isResult(answer, 'git-upload-pack')
        ? unlessOdd(() => inTurns(parseLsRefs(answer.body)))
        : undefined;
    });
  }

  /** Moves one branch, provided that it still is where it is said to be. */
  async push(
    remote: GitRemote,
    update: RefUpdate,
    signal?: AbortSignal,
  ): Promise<PushAnswer> {
    let isRefused = false;
    const answered = await this.#attempt<PushAnswer>(
      remote,
      'git-receive-pack',
      signal,
      async url => {
        const answer = await this.#send(remote, url, 'git-receive-pack', {
          body: encodePush(update),
          offersPassword: true,
          ...{ maxBytes: MAX_REPORT_BYTES, timeoutMs: PUSH_TIMEOUT_MS, signal },
        });
        isRefused = REFUSALS.includes(answer.status);
        return isResult(answer, 'git-receive-pack')
          ? unlessOdd(() => readReport(answer.body, update.ref))
          : undefined;
      },
    );
    return answered ?? (isRefused ? 'refused' : 'unknown');
  }

  /** Whether a push may be tried here at all. */
  mayPush(remote: GitRemote): boolean {
    return this.#urlOf(remote, 'git-receive-pack') !== undefined;
  }

  async #attempt<T>(
    remote: GitRemote,
    service: Service,
    signal: AbortSignal | undefined,
    ask: (url: string) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const url = this.#urlOf(remote, service);
    if (url === undefined) {
      return undefined;
    }
    const key = `${service} ${remoteFingerprint(remote)}`;
    try {
      const answer = await ask(url);
      if (answer === undefined) {
        this.#unsuited.set(key, true, { ttl: UNSUITED_MS });
      }
      return answer;
    } catch {
      signal?.throwIfAborted();
      // Whatever it was, git meets it as well, and has words for it.
      this.#unsuited.set(key, true, { ttl: SILENT_MS });
      return undefined;
    }
  }

  /** Where to ask; `undefined` where git is to. */
  #urlOf(remote: GitRemote, service: Service): string | undefined {
    const { findProxy, inherited, protocols } = this.options.program;
    const base = accessURL(remote.url);
    const destination = parseDestination(base);
    if (
      destination === undefined ||
      destination.protocol === 'ssh' ||
      !protocols.includes(destination.protocol) ||
      findProxy(destination) !== undefined ||
      (destination.protocol === 'https' &&
        // The portal's own requests do not know these.
        TRUST.some(name => inherited[name] !== undefined)) ||
      /[?#\s]/.test(base) ||
      this.#unsuited.has(`${service} ${remoteFingerprint(remote)}`)
    ) {
      return undefined;
    }
    return `${base.replace(/\/$/, '')}/${service}`;
  }

  #send(
    remote: GitRemote,
    url: string,
    service: Service,
    options: {
      body: Buffer;
      offersPassword: boolean;
      maxBytes: number;
      timeoutMs: number;
      signal?: AbortSignal;
    },
  ): Promise<HttpResponse> {
    const { offersPassword, ...request } = options;
    const basic = offersPassword ? basicCredentials(remote) : undefined;
    return this.options.http.send({
      ...request,
      ...{ url, method: 'POST', maxRedirects: 0 },
      insecureSkipTLSVerify: remote.insecureSkipTLSVerify,
      headers: {
        'content-type': `application/x-${service}-request`,
        'user-agent': USER_AGENT,
        accept: `application/x-${service}-result`,
        ...(service === 'git-upload-pack' && { 'git-protocol': 'version=2' }),
        ...(basic && { authorization: `Basic ${basic.token}` }),
      },
    });
  }
}

/** What an answer says; `undefined` when it is not as git's. */
async function unlessOdd<T>(
  read: () => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}

function isResult(answer: HttpResponse, service: Service): boolean {
  const [type = ''] = answer.headers['content-type'] ?? [];
  return (
    answer.status === 200 &&
    type.split(';')[0].trim().toLowerCase() ===
      `application/x-${service}-result`
  );
}
