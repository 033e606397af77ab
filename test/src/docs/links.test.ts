import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { repositoryRoot } from '../world/paths';

/** Every page of Markdown that the repository keeps, but those of the changelog. */
function findPages(): string[] {
  return execFileSync('git', ['ls-files', '-z', '*.md'], {
    cwd: repositoryRoot,
    encoding: 'utf8',
  })
    .split('\0')
    .filter(path => path && !path.startsWith('.changeset/'))
    .map(path => resolve(repositoryRoot, path))
    .filter(path => existsSync(path));
}

/** The text of a page without what stands in it as code. */
function proseOf(page: string): string {
  return readFileSync(page, 'utf8')
    .replace(/^ *```[^]*?^ *```$/gm, '')
    .replace(/`[^`\n]*`/g, 'code');
}

/** Where a page leads to, outside of the web. */
function linksOf(page: string): string[] {
  const prose = proseOf(page);
  return [
    ...prose.matchAll(/\]\(([^)\s]+)\)/g),
    ...prose.matchAll(/^\[[^\]]+\]: (\S+)$/gm),
  ]
    .map(([, target]) => target)
    .filter(target => !/^[a-z]+:/.test(target));
}

/** The names that the headings of a page have as part of an address. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(page, 'utf8')
    .replace(/^ *```[^]*?^ *```$/gm, '')
    .matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Whether a link of a page leads to a file, and in it to a heading where it names one. */
function leadsSomewhere(page: string, target: string): boolean {
  const [path, anchor] = target.split('#');
  const file = path ? resolve(dirname(page), path) : page;
  if (!existsSync(file)) return false;
  return !anchor || !file.endsWith('.md') || anchorsOf(file).includes(anchor);
}

describe('the pages of the repository', () => {
  const pages = findPages();

  it('lead to pages, headings and pictures that exist', () => {
    const links = pages.flatMap(page =>
      linksOf(page).map(target => ({ page, target })),
    );
    expect(links).not.toHaveLength(0);
    const dead = links
      .filter(({ page, target }) => !leadsSomewhere(page, target))
      .map(
        ({ page, target }) => `${relative(repositoryRoot, page)}: ${target}`,
      );
    expect(dead).toEqual([]);
  });
});
