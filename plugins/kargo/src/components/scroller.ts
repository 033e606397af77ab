/**
 * What an element needs that may be too wide or too long for its place and holds nothing to
 * stop at, so that the keyboard can scroll it.
 */
export function scroller(label: string) {
  return { role: 'group', 'aria-label': label, tabIndex: 0 } as const;
}
