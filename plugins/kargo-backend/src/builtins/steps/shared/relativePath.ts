/**
 * Where a path leads from a folder, by text alone.
 *
 * @param folder - From the root of the Promotion's folder; empty for the root.
 * @returns a path from the root, empty for the root; `undefined` when it leaves it, or is
 * absolute: whoever follows it by the rules of the system would end up elsewhere.
 */
export function findInside(folder: string, path: string): string | undefined {
  if (path.startsWith('/')) {
    return undefined;
  }
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) {
        return undefined;
      }
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/');
}

/** Whether a path is a folder or lies below it; both from the same root. */
export function isBelow(folder: string, path: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** The path that leads from a folder to another path; both from the same root. */
export function relativeFrom(folder: string, path: string): string {
  const from = partsOf(folder);
  const to = partsOf(path);
  const differs = from.findIndex((part, index) => part !== to[index]);
  const shared = differs < 0 ? from.length : differs;
  const up = from.slice(shared).map(() => '..');
  return [...up, ...to.slice(shared)].join('/') || '.';
}

function partsOf(path: string): string[] {
  return (findInside('', path) ?? '').split('/').filter(part => part !== '');
}
