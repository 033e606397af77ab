/**
 * Cleans a slash-separated path by its text alone: `.` and empty components go, `..` takes
 * the component before it along, a trailing slash goes; nothing left is `.`.
 */
export function cleanPath(path: string): string {
  const isAbsolute = path.startsWith('/');
  const kept: string[] = [];
  for (const component of path.split('/')) {
    if (component === '' || component === '.') continue;
    const canClimb = kept.length > 0 && kept[kept.length - 1] !== '..';
    if (component !== '..') kept.push(component);
    else if (canClimb) kept.pop();
    else if (!isAbsolute) kept.push('..');
  }
  const joined = kept.join('/');
  if (isAbsolute) return `/${joined}`;
  return joined === '' ? '.' : joined;
}
