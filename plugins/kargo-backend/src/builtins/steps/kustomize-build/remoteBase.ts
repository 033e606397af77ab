import { parseGoDuration } from '../shared/goDuration';

/** A kustomization in a repository, as the URL of a reference says it. */
export interface RemoteBase {
  /** What git clones. */
  repoURL: string;
  /** In the repository; empty for its root. */
  folder: string;
  /** What `git fetch` takes for a revision; the default branch unless told. */
  revision?: string;
  submodules: boolean;
  /** Of the clone, in milliseconds. */
  timeoutMs?: number;
  /** Whether the URL itself tells the repository from the folder: `_git/`, `//` or `.git`. */
  isMarked: boolean;
}

/** Where a repository lies, up to its path, and the rest. */
interface Host {
  /** With the separator behind it. */
  prefix: string;
  rest: string;
}

const SCHEME = /^(ssh|https?|file):\/\//i;
const USER = /^[a-z][a-z0-9-]*@/i;
const GITHUB = /^github\.com[/:]/i;
const AZURE = '_git/';
const FOLDER = '//';
const SUFFIX = /\.git(?=\/|$)/;
/** Of a path without a marker: owner and name. */
const REPOSITORY_PARTS = 2;
const FALSE = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

/**
 * Reads the URL of a remote base in the forms that Kustomize 5 takes.
 *
 * @returns `undefined` for what it takes for a path of its own disk, a file of the web, or a
 * repository on the disk (`file://`).
 */
export function parseRemoteBase(text: string): RemoteBase | undefined {
  if (text.startsWith('/')) {
    return undefined;
  }
  const question = text.indexOf('?');
  const address = question < 0 ? text : text.slice(0, question);
  const host = readHost(address.replace(/^git::/i, ''));
  const parts = host && splitPath(host.rest);
  if (!host || !parts || parts.repository === '' || exits(parts.folder)) {
    return undefined;
  }
  return {
    repoURL: host.prefix + parts.repository,
    folder: parts.folder.replace(/^\//, ''),
    isMarked: parts.isMarked,
    ...readQuery(question < 0 ? '' : text.slice(question + 1)),
  };
}

/** Whether a reference is an address of the web, which may also be one of a repository. */
export function isWebAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** Whether a reference names something on the disk of whoever builds. */
export function isFileAddress(text: string): boolean {
  return /^(?:git::)?file:\/\//i.test(text);
}

/** For messages: without user name and password. */
export function withoutUser(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//');
}

function readHost(address: string): Host | undefined {
  const [written = ''] = SCHEME.exec(address) ?? [];
  const scheme = written.toLowerCase();
  const [user = ''] = USER.exec(address.slice(written.length)) ?? [];
  const place = address.slice(written.length + user.length);
  const isGithub = GITHUB.test(place);
  // Without a scheme it is `user@host:path`, or the one host that needs neither.
  const isShort = scheme === '' && (user !== '' || isGithub);
  if (scheme === 'file://' || (scheme === '' && !isShort)) {
    return undefined;
  }
  const end = endOfHost(place, isShort);
  if (end < 0) {
    return undefined;
  }
  const rest = place.slice(end + 1);
  if (isGithub) {
    const isSsh = scheme === 'ssh://' || user !== '';
    const prefix = isSsh
      ? `${user || 'git@'}github.com:`
      : 'https://github.com/';
    return { prefix, rest };
  }
  return { prefix: scheme + user + place.slice(0, end + 1), rest };
}

function endOfHost(place: string, isShort: boolean): number {
  const slash = place.indexOf('/');
  const colon = isShort ? place.indexOf(':') : -1;
  return colon > 0 && (slash < 0 || colon < slash) ? colon : slash;
}

function splitPath(
  path: string,
): { repository: string; folder: string; isMarked: boolean } | undefined {
  const azure = path.indexOf(AZURE);
  if (azure >= 0) {
    const start = azure + AZURE.length;
    const slash = path.indexOf('/', start);
    return cut(path, slash < 0 ? path.length : slash, 1);
  }
  const folder = path.indexOf(FOLDER);
  if (folder >= 0) {
    return cut(path, folder, FOLDER.length);
  }
  const suffix = SUFFIX.exec(path);
  if (suffix) {
    return cut(path, suffix.index + suffix[0].length, 0);
  }
  const parts = path.split('/');
  return parts.length < REPOSITORY_PARTS
    ? undefined
    : {
        repository: parts.slice(0, REPOSITORY_PARTS).join('/'),
        folder: parts.slice(REPOSITORY_PARTS).join('/'),
        isMarked: false,
      };
}

function cut(path: string, end: number, skipped: number) {
  return {
    repository: path.slice(0, end),
    folder: path.slice(end + skipped),
    isMarked: true,
  };
}

/** Whether a path in a repository leads out of it. */
function exits(folder: string): boolean {
  let depth = 0;
  for (const part of folder.split('/')) {
    if (part === '..') {
      depth -= 1;
    } else if (part !== '' && part !== '.') {
      depth += 1;
    }
    if (depth < 0) {
      return true;
    }
  }
  return false;
}

function readQuery(
  query: string,
): Pick<RemoteBase, 'revision' | 'submodules' | 'timeoutMs'> {
  const values = new URLSearchParams(query);
  const revision = values.get('ref') || values.get('version');
  const timeoutMs = readTimeout(values.get('timeout') ?? '');
  return {
    ...(revision && { revision }),
    submodules: !FALSE.includes(values.get('submodules') ?? ''),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

/** Seconds, or a duration; whatever else there is does not count. */
function readTimeout(text: string): number | undefined {
  if (text === '') {
    return undefined;
  }
  try {
    const milliseconds = /^\d{1,9}$/.test(text)
      ? Number(text) * 1000
      : parseGoDuration(text);
    return milliseconds > 0 ? Math.ceil(milliseconds) : undefined;
  } catch {
    // As Kustomize takes it.
    return undefined;
  }
}
