/** The last part of a repository's address: what people call it. @public */
export function shortSource(source: string): string {
  const last = source.replace(/\/+$/, '').split('/').pop() ?? source;
  return last.replace(/\.git$/, '');
}
