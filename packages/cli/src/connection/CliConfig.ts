import { randomUUID } from 'node:crypto';
import {
  chmod,
  mkdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';

const schema = z.looseObject({
  /** Address in front of `/v1beta1`. */
  apiAddress: z.string().optional(),
  authMethod: z.string().optional(),
  bearerToken: z.string().optional(),
  refreshToken: z.string().optional(),
  insecureSkipTLSVerify: z.boolean().optional(),
  /** Where the browser comes back to when somebody signs in; any free port without it. */
  callbackPort: z.number().optional(),
  /** The project of commands without `--project`. */
  project: z.string().optional(),
});

/** What `kargo login` and `kargo config` keep, with the keys of Kargo's own file. */
export type CliConfig = z.infer<typeof schema>;

/** Where the file is, by the XDG base directory rules: `~/.config/kargo/config`. */
function configPath({
  environment,
  homeDirectory,
}: Pick<CliContext, 'environment' | 'homeDirectory'>): string {
  const base = environment.XDG_CONFIG_HOME;
  // XDG: a path that is not absolute is to be ignored.
  return base && isAbsolute(base)
    ? join(base, 'kargo', 'config')
    : join(homeDirectory, '.config', 'kargo', 'config');
}

/**
 * Reads the file; an absent one is an empty configuration.
 *
 * @throws CliError when it cannot be understood.
 */
export async function readCliConfig(context: CliContext): Promise<CliConfig> {
  const path = configPath(context);
  const text = await readFile(path, 'utf8').catch(error => {
    if (error.code === 'ENOENT') {
      return '';
    }
    throw new CliError(`cannot read ${path}: ${error.message}`);
  });
  const parsed = schema.safeParse(parseOrUndefined(text) ?? {});
  if (!parsed.success) {
    throw new CliError(
      `${path} is not a configuration of kargo; run 'kargo logout' to remove it`,
    );
  }
  return parsed.data;
}

function parseOrUndefined(text: string): unknown {
  try {
    return parse(text);
  } catch {
    // The parser quotes the text, which holds a token; a string fails the schema instead.
    return 'not YAML';
  }
}

/** Writes the file so that only its owner can read it. */
export async function writeCliConfig(
  context: CliContext,
  config: CliConfig,
): Promise<void> {
  const path = configPath(context);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // A new file has its mode before its content; an old one might be readable by others. And
  // other commands may be writing theirs.
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    await writeFile(temporary, stringify(config), { mode: 0o600, flag: 'wx' });
    // The process's file mode mask may have taken bits away, never added some.
    await chmod(temporary, 0o600);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Removes the file, if there is one. */
export async function removeCliConfig(context: CliContext): Promise<void> {
  await rm(configPath(context), { force: true });
}
