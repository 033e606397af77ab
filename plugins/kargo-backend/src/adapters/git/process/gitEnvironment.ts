import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InputError } from '@backstage/errors';
import { gitUserAt } from '../../../logic/credentials/bitbucketUser';
import { GitRemote } from '../../../ports/GitClient';
import { EgressRules } from '../../http/EgressPolicy';
import {
  compileProxies,
  FindProxy,
  Proxies,
  proxyForGit,
  readProxies,
} from '../../http/proxies';
import { withoutEscapes } from '../../http/userinfo';
import { DirectProcesses } from '../../processes/DirectProcesses';
import { GroupLimits } from '../../processes/GroupWatch';
import { ProcessStarter } from '../../processes/ProcessStarter';
import {
  judgeDestination,
  JudgedDestination,
  ResolveHost,
} from './judgeDestination';
import { parseDestination } from './parseDestination';
import { hostOf } from './parseGitFailure';

/** The git program and everything about it that is the same for every call. */
export interface GitProgram {
  readonly path: string;
  /** Starts it, and what belongs to it. */
  readonly processes: ProcessStarter;
  /** The time, epoch milliseconds. */
  now(): number;
  /** Variables that git inherits: where programs are found and which authorities to trust. */
  readonly inherited: Readonly<Record<string, string>>;
  /** By which proxy an address is reached. */
  readonly findProxy: FindProxy;
  /** File of the authorities that the portal trusts; git goes by its own list without. */
  readonly authorities?: string;
  /** Transports that a URL may name. */
  readonly protocols: readonly string[];
  /** A transfer slower than this for that long is broken off. */
  readonly stall: { readonly bytesPerSecond: number; readonly seconds: number };
  /** What one call may use, with everything it starts. */
  readonly limits: GroupLimits & { readonly timeMs: number };
  /** Milliseconds between asking a cancelled git to stop and ending it. */
  readonly killAfterMs: number;
  /** Where SSH keys live for the length of one call. */
  readonly tempDir: string;
  /** Host keys seen before; without it each HOME keeps its own. */
  readonly knownHostsFile?: string;
  /** Which addresses remotes may be at; any unless told. */
  readonly egress?: EgressRules;
  /** Finds the addresses of hosts that {@link GitProgram.egress} judges; as the system does unless told. */
  readonly resolve?: ResolveHost;
}

const INHERITED = ['PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'];

/**
 * What a configuration file could otherwise set: programs to run, and repositories to
 * enter.
 */
const OUR_SETTINGS: ReadonlyArray<[string, string]> = [
  ['core.quotePath', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.askPass', ''],
  ['core.protectHFS', 'true'],
  ['core.protectNTFS', 'true'],
  ['safe.bareRepository', 'explicit'],
  ['submodule.recurse', 'false'],
  ['init.defaultBranch', 'main'],
  // We read refs of our own clones, too; git 3 would keep them in tables.
  ['init.defaultRefFormat', 'files'],
  ['advice.detachedHead', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  // Resets the list; helpers of a configuration file must not run.
  ['credential.helper', ''],
];

/** Describes the git program; what is left out gets the values of production. */
export function createGitProgram(
  options: Partial<Omit<GitProgram, 'inherited' | 'findProxy'>> & {
    /** Variables to take what is inherited and the proxies from; those of this process unless told. */
    environment?: Readonly<Record<string, string | undefined>>;
  } = {},
): GitProgram {
  const { environment = process.env, ...rest } = options;
  const inherited: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = environment[name];
    // An empty one is how a variable of the machine is taken back.
    if (value) {
      inherited[name] = value;
    }
  }
  return {
    path: 'git',
    processes: new DirectProcesses(),
    protocols: ['https', 'http', 'ssh'],
    stall: { bytesPerSecond: 1024, seconds: 30 },
    limits: {
      timeMs: 3600_000,
      processes: 64,
      memoryBytes: 4 * 1024 ** 3,
    },
    killAfterMs: 10_000,
    tempDir: tmpdir(),
    now: () => Date.now(),
    ...rest,
    inherited,
    findProxy: compileProxies(readGitProxies(environment)),
  };
}

/** Git alone knows one proxy for everything, which the others win over. */
function readGitProxies(
  environment: Readonly<Record<string, string | undefined>>,
): Proxies | undefined {
  const all = environment.all_proxy || environment.ALL_PROXY;
  return readProxies(
    all
      ? {
          ...environment,
          http_proxy: environment.http_proxy || environment.HTTP_PROXY || all,
          https_proxy:
            environment.https_proxy || environment.HTTPS_PROXY || all,
        }
      : environment,
  );
}

/** The environment of one call, and what must not show in its messages. */
export interface GitEnvironment {
  readonly env: Record<string, string>;
  /** Values to remove from every message. */
  readonly secrets: readonly string[];
  /** Removes what was written for the call. */
  dispose(): Promise<void>;
}

/**
 * A credential helper, given to git as configuration instead of as a file so that
 * nothing must be written or executable.
 *
 * @remarks
 * The values come from the environment, never from the text. A server may redirect to
 * another host, which must not learn the password: the helper answers only for the
 * host it was made for.
 */
const CREDENTIAL_HELPER = `!f() {
test "$1" = get || return 0
while IFS= read -r line && test -n "$line"; do
case "$line" in host=*) host="\${line#host=}";; protocol=*) protocol="\${line#protocol=}";; esac
done
test "$protocol://$host" = "$KARGO_GIT_ORIGIN" || return 0
printf 'username=%s\\npassword=%s\\n' "$KARGO_GIT_USERNAME" "$KARGO_GIT_PASSWORD"
}; f`;

/**
 * Builds the environment of one git call from nothing, so that neither the settings of
 * the machine nor those of its user change what git does.
 *
 * @remarks
 * Without a remote no transport is allowed: git must not fetch missing objects of a
 * partial clone behind our back.
 */
export async function createGitEnvironment(
  program: GitProgram,
  options: {
    home: string;
    cwd?: string;
    remote?: GitRemote;
    submoduleURL?: string;
    redirectedTo?: string;
    offersPassword?: boolean;
    config?: Readonly<Record<string, string>>;
    env?: Readonly<Record<string, string>>;
  },
): Promise<GitEnvironment> {
  const { home, remote, redirectedTo } = options;
  const url = options.submoduleURL ?? (remote && accessURL(remote.url));
  if (url !== undefined) {
    refuseControlCharacters(url);
  }
  const judged = await judge(program, url, redirectedTo);
  const config: Array<[string, string]> = [...OUR_SETTINGS];
  const env: Record<string, string> = {
    ...program.inherited,
    ...(program.authorities && { GIT_SSL_CAINFO: program.authorities }),
    HOME: home,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    // Where a call does not say where its repository is, only its own folder counts.
    GIT_CEILING_DIRECTORIES: dirname(options.cwd ?? home),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    // Replaces every `protocol.allow` of a configuration.
    GIT_ALLOW_PROTOCOL: remote ? program.protocols.join(':') : '',
    GIT_HTTP_LOW_SPEED_LIMIT: String(program.stall.bytesPerSecond),
    GIT_HTTP_LOW_SPEED_TIME: String(program.stall.seconds),
  };
  if (!remote) {
    env.GIT_NO_LAZY_FETCH = '1';
  }
  if (remote?.insecureSkipTLSVerify) {
    config.push(['http.sslVerify', 'false']);
  }
  const secrets = addPassword(remote, env, config, {
    // Only where git follows no redirect by itself: it would take the header along.
    isOffered: (options.offersPassword ?? false) && judged !== undefined,
  });
  secrets.push(...addProxy(program, redirectedTo ?? url, env));
  const dispose = await addSshKey(program, {
    home,
    remote,
    url,
    sshOptions: judged?.sshOptions ?? [],
    env,
    secrets,
  });
  if (judged) {
    config.push(...guardOf(judged, url, redirectedTo));
  }
  config.push(...Object.entries(options.config ?? {}));
  env.GIT_CONFIG_COUNT = String(config.length);
  config.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${index}`] = key;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  Object.assign(env, options.env);
  return { env, secrets, dispose };
}

/** Git takes a line end in a URL for the end of what it passes to a helper. */
function refuseControlCharacters(url: string): void {
  if (/\p{Cc}/u.test(url)) {
    throw new InputError(
      'the repository URL contains a line end or another control character; write it on one line, in YAML without | or >',
    );
  }
}

async function judge(
  program: GitProgram,
  url: string | undefined,
  redirectedTo: string | undefined,
): Promise<JudgedDestination | undefined> {
  const { egress, findProxy, resolve } = program;
  if (url === undefined || egress === undefined) {
    return undefined;
  }
  return judgeDestination(redirectedTo ?? url, {
    rules: egress,
    findProxy,
    resolve,
    ...(redirectedTo !== undefined && { redirectedFrom: hostOf(url) }),
  });
}

/** Settings that keep git from everything but the destination that was judged. */
function guardOf(
  judged: JudgedDestination,
  url: string | undefined,
  redirectedTo: string | undefined,
): Array<[string, string]> {
  const config: Array<[string, string]> = [
    // The target of a redirect has to be judged too, before git goes there.
    ['http.followRedirects', 'false'],
    // Submodules have URLs of their own.
    ['fetch.recurseSubmodules', 'false'],
    ['push.recurseSubmodules', 'no'],
    ...judged.config.map(([key, value]): [string, string] => [key, value]),
  ];
  if (url !== undefined && redirectedTo !== undefined) {
    config.push([`url.${redirectedTo}.insteadOf`, url]);
  }
  return config;
}

/** Tells git the proxy of the one host that it asks, or none, and what is secret of it. */
function addProxy(
  { findProxy }: GitProgram,
  url: string | undefined,
  env: Record<string, string>,
): string[] {
  const destination = url === undefined ? undefined : parseDestination(url);
  const proxy = destination && findProxy(destination);
  if (!proxy) {
    return [];
  }
  env.http_proxy = proxyForGit(proxy);
  env.https_proxy = env.http_proxy;
  if (env.GIT_SSL_CAINFO !== undefined) {
    env.GIT_PROXY_SSL_CAINFO = env.GIT_SSL_CAINFO;
  }
  const { password } = proxy;
  return password ? [password, withoutEscapes(password)] : [];
}

function addPassword(
  remote: GitRemote | undefined,
  env: Record<string, string>,
  config: Array<[string, string]>,
  { isOffered }: { isOffered: boolean },
): string[] {
  const basic = remote && basicCredentials(remote);
  if (!remote || !basic) {
    return [];
  }
  const { username, password, token } = basic;
  const origin = originAsWritten(remote.url);
  env.KARGO_GIT_ORIGIN = origin;
  env.KARGO_GIT_USERNAME = username;
  env.KARGO_GIT_PASSWORD = password;
  config.push(['credential.helper', CREDENTIAL_HELPER]);
  if (isOffered) {
    // For this origin alone, also when the call goes to where it redirects.
    const header = `Authorization: Basic ${token}`;
    config.push([`http.${origin}/.extraHeader`, header]);
  }
  return [password, encodeURIComponent(password), token];
}

/**
 * What a remote is asked with over HTTP: the credentials that were found, else those in its
 * URL; `undefined` without a password.
 */
export function basicCredentials(
  remote: GitRemote,
): { username: string; password: string; token: string } | undefined {
  const url = parseHttpURL(remote.url);
  if (!url) {
    return undefined;
  }
  const username = gitUserAt(
    url.hostname,
    remote.credentials?.username || withoutEscapes(url.username) || 'git',
  );
  const password =
    remote.credentials?.password?.reveal() || withoutEscapes(url.password);
  if (!password) {
    return undefined;
  }
  const token = Buffer.from(`${username}:${password}`).toString('base64');
  return { username, password, token };
}

function parseHttpURL(text: string): URL | undefined {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    return undefined;
  }
  return new URL(text);
}

/** Protocol, host and port the way git names them to helpers: default ports are kept. */
function originAsWritten(url: string): string {
  const [, protocol, authority] = /^(\w+):\/\/([^/?#]*)/.exec(url) ?? [];
  return `${protocol.toLowerCase()}://${authority.replace(/^.*@/, '')}`;
}

async function addSshKey(
  program: GitProgram,
  options: {
    home: string;
    remote?: GitRemote;
    /** What is talked to. */
    url?: string;
    /** Values for `ssh -o`. */
    sshOptions: readonly string[];
    env: Record<string, string>;
    secrets: string[];
  },
): Promise<() => Promise<void>> {
  const { home, remote, url, sshOptions, env, secrets } = options;
  if (!remote || !url || parseHttpURL(url)) {
    return async () => {};
  }
  const knownHosts = program.knownHostsFile ?? join(home, 'known_hosts');
  const command = [
    'ssh -F /dev/null -o BatchMode=yes -o ConnectTimeout=30',
    '-o ServerAliveInterval=10 -o ServerAliveCountMax=3',
    // Differs: upstream checks no host key; ours keeps the first one it sees.
    '-o StrictHostKeyChecking=accept-new',
    `-o ${quoteForShell(`UserKnownHostsFile="${knownHosts}"`)}`,
    ...sshOptions.map(option => `-o ${quoteForShell(option)}`),
  ];
  const key = remote.credentials?.sshPrivateKey?.reveal();
  if (!key) {
    // Those of the portal's user, which SSH looks for by itself, are for nobody's manifests.
    command.push('-o IdentityFile=none');
    env.GIT_SSH_COMMAND = command.join(' ');
    return async () => {};
  }
  const folder = await mkdtemp(join(program.tempDir, 'kargo-ssh-'));
  const file = join(folder, 'key');
  await writeFile(file, key.endsWith('\n') ? key : `${key}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  command.push(`-o IdentitiesOnly=yes -i ${quoteForShell(file)}`);
  env.GIT_SSH_COMMAND = command.join(' ');
  secrets.push(key, ...key.split('\n').filter(line => line.length > 20));
  return () => rm(folder, { recursive: true, force: true });
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * The URL to give to git: without a password, and over HTTP without a user name, both
 * of which would show in the list of processes and in messages.
 */
export function accessURL(url: string): string {
  return url
    .replace(/^(https?:\/\/)[^/?#]*@/i, '$1')
    .replace(/^(ssh:\/\/[^/@:]*):[^/]*@/i, '$1@');
}
