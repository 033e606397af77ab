import { Command } from 'commander';
import { CliError } from '../CliError';
import {
  CONFIG_MAP_COLUMNS,
  DataObject,
  GENERIC_CREDENTIALS_COLUMNS,
  REPO_CREDENTIALS_COLUMNS,
} from '../output/dataColumns';
import { Column } from '../output/nouns';
import { collect, withProject } from './options';
import { readValues } from './readValues';

/** Options that say what is in an object. */
export interface DataOptions {
  readonly git?: boolean;
  readonly helm?: boolean;
  readonly image?: boolean;
  readonly type?: string;
  readonly repoUrl?: string;
  readonly regex?: boolean;
  readonly username?: string;
  readonly password?: string;
  readonly set?: string[];
  readonly unset?: string[];
  readonly description?: string;
}

/** Credentials or ConfigMaps: how commands name them and what they send. */
export interface DataNoun {
  /** Name of the commands, and last part of the path. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** For help texts. */
  readonly words: string;
  readonly kind: 'Secret' | 'ConfigMap';
  /** Whether the installation has its own. */
  readonly inSystem: boolean;
  readonly columns: ReadonlyArray<Column<DataObject>>;
  /** Adds the options that say what is in it. */
  withContent(command: Command): Command;
  /** What is sent to create one, without its name. @throws CliError for what is missing. */
  content(options: DataOptions): object;
  /** What is sent to change one. */
  change(options: DataOptions): object;
  /** Whether a password belongs to it. */
  readonly hasPassword: boolean;
}

/** Other spellings of `repo-credentials` and alike. */
function spellingsOf(which: string): string[] {
  return ['-credential', '-creds', '-cred']
    .flatMap(end => [`${which}${end}`, `${which}${end.slice(1)}`])
    .concat(`${which}credentials`);
}

const TYPES = ['git', 'helm', 'image'] as const;

const repoCredentials: DataNoun = {
  name: 'repo-credentials',
  // Kargo's own earlier name is the last.
  aliases: [...spellingsOf('repo'), 'credentials'],
  words: 'credentials for repositories',
  kind: 'Secret',
  inSystem: false,
  columns: REPO_CREDENTIALS_COLUMNS,
  hasPassword: true,
  withContent: command =>
    command
      .option('--git', 'for a git repository')
      .option('--helm', 'for a chart repository')
      .option('--image', 'for an image repository')
      .option('--type <type>', 'git, helm or image')
      .option('--repo-url <url>', 'the repository')
      .option('--regex', '--repo-url is a regular expression')
      .option('--username <name>', 'the user')
      .option('--password <password>', 'the password or token')
      .option('--description <text>', 'what it is for'),
  content(options) {
    const type = readType(options);
    const { repoUrl, username } = options;
    if (type === undefined) {
      throw new CliError('use one of --git, --helm, --image and --type');
    }
    if (repoUrl === undefined || username === undefined) {
      throw new CliError('--repo-url and --username are required');
    }
    return { type, ...repoFields(options) };
  },
  change: options => ({ type: readType(options), ...repoFields(options) }),
};

function repoFields(options: DataOptions): object {
  const { repoUrl, regex, username, password, description } = options;
  return { repoUrl, repoUrlIsRegex: regex, username, password, description };
}

function readType(options: DataOptions): string | undefined {
  const chosen = [
    ...TYPES.filter(type => options[type]),
    ...(options.type === undefined ? [] : [options.type]),
  ];
  if (chosen.length > 1) {
    throw new CliError('use only one of --git, --helm, --image and --type');
  }
  if (chosen.length === 1 && !TYPES.some(type => type === chosen[0])) {
    throw new CliError(`--type is git, helm or image, not '${chosen[0]}'`);
  }
  return chosen[0];
}

/** What generic credentials and ConfigMaps have in common. */
const values: Pick<
  DataNoun,
  'inSystem' | 'hasPassword' | 'withContent' | 'content' | 'change'
> = {
  inSystem: true,
  hasPassword: false,
  withContent: command =>
    command
      .option('--set <key=value>', 'a value; can be repeated', collect)
      .option('--description <text>', 'what it is for'),
  content({ set = [], description }) {
    if (set.length === 0) {
      throw new CliError('use --set at least once');
    }
    return { data: readValues(set), description };
  },
  change: ({ set = [], unset = [], description }) => ({
    ...(set.length > 0 && { data: readValues(set) }),
    ...(unset.length > 0 && { removeKeys: unset }),
    description,
  }),
};

const genericCredentials: DataNoun = {
  ...values,
  name: 'generic-credentials',
  aliases: spellingsOf('generic'),
  words: 'credentials of any content',
  kind: 'Secret',
  columns: GENERIC_CREDENTIALS_COLUMNS,
};

const configMaps: DataNoun = {
  ...values,
  name: 'configmaps',
  aliases: ['configmap', 'cm'],
  words: 'ConfigMaps',
  kind: 'ConfigMap',
  columns: CONFIG_MAP_COLUMNS,
};

/** Every family of data objects. */
export const DATA_NOUNS: readonly DataNoun[] = [
  repoCredentials,
  genericCredentials,
  configMaps,
];

/** Declares a command about one of the families, with the options that say where it is. */
export function declareDataCommand(
  verb: Command,
  noun: DataNoun,
  args: string,
): Command {
  const command = withProject(verb.command(`${noun.name} ${args}`))
    .aliases([...noun.aliases])
    .option('--shared', 'those that every project may use');
  return noun.inSystem
    ? command.option('--system', 'those of the installation itself')
    : command;
}
