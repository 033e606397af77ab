import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readConfig } from './readConfig';
import { findUnknownKeys } from './unknownKeys';

const DOCS = path.resolve(__dirname, '../../../../docs');

/** What the examples take from the environment. */
const ENVIRONMENT: Record<string, string> = {
  // Of "correct horse".
  ADMIN_PASSWORD_HASH:
    '$2b$04$EqQzvMnBOk1aP37yYWk/D.E9N3FKY7QwKgkUaYIkoUHi/PyznN.aW',
};

/** The configurations of the plugin among the examples of a page. */
function examplesOf(page: string): JsonObject[] {
  const text = readFileSync(path.join(DOCS, page), 'utf8');
  return [...text.matchAll(/^```yaml\n(?:# .*\n)?(kargo:\n[^]*?)^```$/gm)].map(
    ([, example]) =>
      parse(
        example.replace(
          /\$\{(\w+)\}/g,
          (_, name) => ENVIRONMENT[name] ?? `${name}-of-at-least-32-characters`,
        ),
      ),
  );
}

const PAGES = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter(
  page => page.endsWith('.md') && examplesOf(page).length > 0,
);

describe('examples of the configuration', () => {
  it('are on more pages than one', () => {
    expect(PAGES.length).toBeGreaterThan(1);
  });

  it.each(PAGES)('of %s are understood', page => {
    for (const example of examplesOf(page)) {
      const config = new ConfigReader(example);
      expect(() => readConfig(config)).not.toThrow();
      // The page on the configuration has an example of every key that is declared.
      expect(findUnknownKeys(config)).toEqual([]);
    }
  });
});
