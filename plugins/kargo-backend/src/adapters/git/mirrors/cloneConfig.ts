import { GitUser } from 'backstage-plugin-kargo-node';

/** What git found out about this machine's files when it made a repository. */
const CORE = /^\[core\]\n(?:\t.*\n)*/m;

/** The section of a repository's configuration that says how it is stored. */
export function coreSection(config: string): string | undefined {
  const [section] = CORE.exec(config) ?? [];
  return section !== undefined &&
    /\trepositoryformatversion = 0\n/.test(section)
    ? section
    : undefined;
}

/** The configuration of a bare clone, as `git clone` writes it. */
export function cloneConfig(
  core: string,
  { url, user }: { url: string; user: Pick<GitUser, 'name' | 'email'> },
): string {
  return [
    core,
    `[remote "origin"]\n\turl = ${quote(url)}\n`,
    `[user]\n\tname = ${quote(user.name)}\n\temail = ${quote(user.email)}\n`,
  ].join('');
}

/** A value as git-config(1) reads it, whatever is in it. */
function quote(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}
