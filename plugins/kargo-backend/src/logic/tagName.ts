const TAGS = 'refs/tags/';

/** The name of a tag that was written as a name or in full: `v1` and `refs/tags/v1` are the same tag. */
export function toTagName(written: string): string {
  return written.startsWith(TAGS) ? written.slice(TAGS.length) : written;
}
