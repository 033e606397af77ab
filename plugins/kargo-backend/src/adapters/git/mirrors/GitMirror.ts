import {
  mkdir,
  readdir,
  readFile,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import {
  isInputError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { localFiles } from 'backstage-plugin-kargo-node/capabilities';
import { sha1Hex } from '../../../logic/hash';
import { GitRemote } from '../../../ports/GitClient';
import { accessURL, GitProgram } from '../process/gitEnvironment';
import { hostOf } from '../process/parseGitFailure';
import { GitOutput, runGit, streamGit } from '../process/runGit';
import { untilAborted } from '../process/untilAborted';
import { removeFolder } from './wholeFiles';

/** A ref of the remote and the object it named when it was listed. */
export interface WantedRef {
  /** Full name, or `HEAD`. */
  readonly name: string;
  readonly id: string;
}

/** What a mirror leaves on the server. Without trees no touched paths can be listed. */
export type MirrorFilter = 'blob:none' | 'tree:0';

const NAMESPACE = 'refs/kargo/';
const MANY_PACKS = 40;
/** Tells by its time when a mirror was last of use; written last, so that a folder without it is none. */
export const USED_FILE = 'kargo-used';
const WHOLE = 'whole';

/** The name under which a mirror keeps a ref of the remote. A hash, because a remote may
 * replace branch `a` by branch `a/b`, and no repository can hold both names. */
export function mirrorRef(name: string): string {
  return `${NAMESPACE}${sha1Hex(name)}`;
}

/**
 * A bare partial copy of one remote repository.
 *
 * @remarks
 * Everything that writes runs one after the other (`#exclusively`); reading needs no
 * lock, because git only adds objects. What is fetched comes with its whole history, so
 * a present commit means present ancestors. Reading never goes to the network: calls
 * without a remote allow no transport.
 */
export class GitMirror {
  /** Work in progress; a mirror in use is not evicted. */
  users = 0;
  /** Refs of the mirror and what they name; loaded when the mirror is first opened. */
  #refs: Map<string, string> | undefined;
  /** Further commits known to be there. */
  readonly #present = new Set<string>();
  /** The server ignored or refused the filter. */
  #isWhole = false;
  /** It names objects by SHA-256, as the remote did when it was made. */
  #isSha256 = false;
  #tail: Promise<unknown> = Promise.resolve();

  static create(options: {
    program: GitProgram;
    dir: string;
    home: string;
    filter: MirrorFilter;
  }): GitMirror {
    return new GitMirror(options);
  }

  private constructor(
    private readonly options: {
      readonly program: GitProgram;
      readonly dir: string;
      readonly home: string;
      readonly filter: MirrorFilter;
    },
  ) {}

  get dir(): string {
    return this.options.dir;
  }

  /** Whether the mirror holds everything, because the server does not filter. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Whether there is a copy already, of this process or an earlier one. */
  async isMade(): Promise<boolean> {
    return (await mirrorUsedAt(this.dir)) !== undefined;
  }

  /** Fetches those of the refs that the mirror does not have yet. */
  async ensure(
    remote: GitRemote,
    wanted: readonly WantedRef[],
    signal?: AbortSignal,
  ): Promise<void> {
    if (this.#missing(wanted).length === 0 && (await this.isMade())) {
      return;
    }
    await this.#exclusively(signal, async () => {
      if (!(await this.isMade())) {
        // Somebody has removed it.
        this.#forget();
      }
      await this.#open(signal, wanted.at(0)?.id);
      const missing = this.#missing(wanted);
      if (missing.length === 0) {
        return;
      }
      if (isSha256(missing[0].id) !== this.#isSha256) {
        // Another repository is at the address now, and git would say that it lacks these.
        this.#forget();
        await this.#make(!this.#isSha256, signal);
      }
      try {
        await this.#fetchWanted(remote, missing, signal);
      } catch (error) {
        await this.#clearLeftovers();
        throw error;
      }
      await this.#tidy(signal);
    });
  }

  /** Whether the mirror has all of these commits already; nothing is fetched. */
  async hasCommits(
    ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<boolean> {
    if (!(await this.isMade())) {
      return false;
    }
    await this.#exclusively(signal, () => this.#open(signal));
    const present = await Promise.all(
      ids.map(id => this.#isPresent(`${id}^{commit}`, signal)),
    );
    return present.every(Boolean);
  }

  /** Runs git in the mirror, without network. */
  async read(
    args: readonly string[],
    options: {
      stdin?: string;
      accept?: readonly number[];
      signal?: AbortSignal;
    } = {},
  ): Promise<GitOutput> {
    return runGit(this.options.program, {
      ...this.#place(),
      args,
      ...options,
      maxOutputBytes: 512 * 1024 * 1024,
    });
  }

  /** Runs git in the mirror, without network, and hands on its output as it comes. */
  stream(
    args: readonly string[],
    options: { stdin?: string; signal?: AbortSignal } = {},
  ): AsyncGenerator<Buffer, void, undefined> {
    return streamGit(this.options.program, {
      ...this.#place(),
      args,
      ...options,
    });
  }

  /** Remembers when the mirror was last of use, epoch milliseconds. */
  async markUsed(at: number): Promise<void> {
    const time = new Date(at);
    // Missing when the mirror was dropped or never came to be.
    await utimes(join(this.dir, USED_FILE), time, time).catch(() => {});
  }

  /** Throws the copy away; the next use makes a new one. */
  async drop(): Promise<void> {
    await this.#exclusively(undefined, async () => {
      this.#forget();
      await removeFolder(this.dir);
    });
  }

  #forget(): void {
    this.#refs = undefined;
    this.#present.clear();
    this.#isWhole = false;
  }

  #place() {
    const { dir, home } = this.options;
    // Not run inside the folder: when that is gone, git has to say so.
    return {
      home,
      env: {
        GIT_DIR: dir,
        GIT_LITERAL_PATHSPECS: '1',
        // What the server left out is never asked for behind our back.
        GIT_NO_LAZY_FETCH: '1',
      },
    };
  }

  #missing(wanted: readonly WantedRef[]): WantedRef[] {
    return wanted.filter(
      ({ name, id }) =>
        !this.#present.has(id) && this.#refs?.get(mirrorRef(name)) !== id,
    );
  }

  async #exclusively<T>(
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const before = this.#tail;
    const mine = before.then(() => {
      signal?.throwIfAborted();
      return work();
    });
    // Whoever comes next waits for the end, good or bad.
    this.#tail = mine.catch(() => {});
    // What is under way may be the first fetch of a large repository.
    await untilAborted(before, signal);
    return mine;
  }

  /** @param id - of an object that it is to hold, which tells how a new one names objects */
  async #open(signal?: AbortSignal, id?: string): Promise<void> {
    if (this.#refs) {
      return;
    }
    const mark = await findText(join(this.dir, USED_FILE));
    if (mark !== undefined) {
      this.#isWhole = mark === WHOLE;
      const config = await findText(join(this.dir, 'config'));
      this.#isSha256 = /objectformat = sha256/i.test(config ?? '');
      await this.#clearLeftovers();
    } else {
      await this.#make(id !== undefined && isSha256(id), signal);
    }
    await this.#loadRefs(signal);
  }

  /** Begins anew, with nothing. */
  async #make(asSha256: boolean, signal?: AbortSignal): Promise<void> {
    const { program, dir, home } = this.options;
    this.#present.clear();
    this.#isSha256 = asSha256;
    const objectFormat = asSha256 ? 'sha256' : 'sha1';
    await removeFolder(dir);
    await mkdir(dir, { recursive: true });
    const options = ['--quiet', '--bare', '--template='];
    await runGit(program, {
      args: ['init', ...options, `--object-format=${objectFormat}`, '--', dir],
      home,
      signal,
    });
    // Written last: a folder without it is an interrupted start.
    await writeFile(join(dir, USED_FILE), '');
  }

  async #loadRefs(signal?: AbortSignal): Promise<void> {
    const { stdout } = await this.read(
      ['for-each-ref', '--format=%(refname) %(objectname)', '--', NAMESPACE],
      { signal },
    );
    this.#refs = new Map(
      stdout
        .split('\n')
        .filter(line => line !== '')
        .map(line => line.split(' ') as [string, string]),
    );
  }

  async #fetch(
    remote: GitRemote,
    refspecs: readonly string[],
    signal?: AbortSignal,
  ): Promise<void> {
    const attempt = (...filter: string[]) =>
      runGit(this.options.program, {
        ...this.#place(),
        args: [
          'fetch',
          '--quiet',
          '--no-tags',
          '--no-write-fetch-head',
          '--no-auto-maintenance',
          '--no-recurse-submodules',
          ...filter,
          '--stdin',
          'origin',
        ],
        // Given with the call and not stored: the URL may change its spelling.
        config: {
          'remote.origin.url': accessURL(remote.url),
          'fetch.unpackLimit': '1',
        },
        remote,
        stdin: `${refspecs.join('\n')}\n`,
        signal,
      });
    const fetchWhole = () => attempt('--no-filter', '--update-shallow');
    if (this.#isWhole) {
      await fetchWhole();
      return;
    }
    try {
      const { stderr } = await attempt(`--filter=${this.options.filter}`);
      if (/filtering not recognized/.test(stderr)) {
        await this.#rememberWhole();
      } else if (/shallow roots are not allowed/.test(stderr)) {
        // The server itself has but the end of a history, which git takes only as it is, and
        // not into a copy that something was left out of.
        await this.#make(this.#isSha256, signal);
        await fetchWhole();
        await this.#rememberWhole();
      }
    } catch (error) {
      if (/filter '.*' not supported/.test(String(error))) {
        await fetchWhole();
        await this.#rememberWhole();
      } else if (/not send all necessary objects/.test(String(error))) {
        // Git cannot check a tag on a tree that it asked not to get.
        await attempt('--filter=blob:none');
      } else {
        throw error;
      }
    }
  }

  async #rememberWhole(): Promise<void> {
    this.#isWhole = true;
    await writeFile(join(this.dir, USED_FILE), WHOLE);
  }

  /**
   * Fetches by id, which is quick for thousands of refs and gives what was listed even
   * when a ref moved since. A server may refuse ids that no ref names any more; a branch
   * is then fetched by its name and usually brings the id along as an ancestor.
   */
  async #fetchWanted(
    remote: GitRemote,
    wanted: readonly WantedRef[],
    signal?: AbortSignal,
  ): Promise<void> {
    const refspecs = wanted.map(({ name, id }) => `+${id}:${mirrorRef(name)}`);
    try {
      await this.#fetch(remote, refspecs, signal);
    } catch (error) {
      const [{ name, id }] = wanted;
      if (!isInputError(error) || wanted.length > 1) {
        throw error;
      }
      await this.#fetch(remote, [`+${name}:${mirrorRef(name)}`], signal);
      if (!(await this.#isPresent(id, signal))) {
        const url = accessURL(remote.url);
        throw new UpstreamUnavailableError(
          hostOf(url),
          `${url} changed while it was read; ${id} is gone`,
          { cause: error },
        );
      }
      this.#present.add(id);
    }
    await this.#loadRefs(signal);
  }

  async #isPresent(id: string, signal?: AbortSignal): Promise<boolean> {
    const { exitCode } = await this.read(['cat-file', '-e', id], {
      accept: [1, 128],
      signal,
    });
    return exitCode === 0;
  }

  async #tidy(signal?: AbortSignal): Promise<void> {
    const packs = await readdir(join(this.dir, 'objects', 'pack'));
    if (packs.filter(name => name.endsWith('.pack')).length > MANY_PACKS) {
      await this.read(['gc', '--quiet'], { signal });
    }
  }

  /** Removes what a killed git leaves behind. Only for the holder of the lock. */
  async #clearLeftovers(): Promise<void> {
    const names = await readdir(this.dir, { recursive: true }).catch(() => []);
    const leftovers = names.filter(
      name => name.endsWith('.lock') || /(^|\/)tmp_[^/]+$/.test(name),
    );
    await Promise.all(
      leftovers.map(name => rm(join(this.dir, name), { force: true })),
    );
  }
}

/** Whether an id is of a repository that names its objects by SHA-256. */
function isSha256(id: string): boolean {
  return id.length === 64;
}

function findText(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}

/** When a mirror's folder was last of use, or `undefined` when it is none. */
export async function mirrorUsedAt(dir: string): Promise<number | undefined> {
  return localFiles.stat(join(dir, USED_FILE)).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}
