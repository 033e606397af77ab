/** The host of a git URL of any form, in lower case; `undefined` when it has none. */
export function findGitHostname(repoURL: string): string | undefined {
  const text = repoURL.trim();
  const url = text.includes('://')
    ? text
    : text.replace(/^([^/:]+):/, 'ssh://$1/');
  return URL.canParse(url)
    ? new URL(url).hostname.toLowerCase() || undefined
    : undefined;
}
