import { toTagName } from '../../../logic/tagName';
import { CloneGit } from './gitOfTree';

/** A tag to make; annotated when there is a message. */
export interface NewTag {
  name: string;
  message?: string;
  force?: boolean;
}

/**
 * Tags HEAD. An annotated tag that says the same of it already is left as it is: an earlier
 * attempt made it.
 */
export async function createTag(git: CloneGit, tag: NewTag): Promise<void> {
  const { message, force } = tag;
  const name = toTagName(tag.name);
  if (message !== undefined && (await hasTag(git, name, message))) {
    return;
  }
  await git.signing(({ config, env }) =>
    git.run({
      args: [
        'tag',
        ...(force ? ['--force'] : []),
        ...(message === undefined
          ? []
          : ['--annotate', '--cleanup=whitespace', '--file=-']),
        '--',
        name,
      ],
      stdin: message,
      // A signature would turn a lightweight tag into one that needs a message.
      config: message === undefined ? {} : config,
      env,
    }),
  );
}

async function hasTag(
  git: CloneGit,
  name: string,
  message: string,
): Promise<boolean> {
  const told = await git.read(
    'for-each-ref',
    '--format=%(objecttype)%00%(*objectname)%00%(contents:signature)%00%(contents)',
    '--',
    `refs/tags/${name}`,
  );
  const [type, commit, signature = '', contents = ''] = told.split('\0');
  return (
    type === 'tag' &&
    commit === (await git.read('rev-parse', '--verify', 'HEAD^{commit}')) &&
    tidy(contents.slice(0, contents.length - signature.length)) ===
      tidy(message)
  );
}

/** As git keeps messages: without blanks at the end of lines and of the whole. */
function tidy(message: string): string {
  return message
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
    .trim();
}
