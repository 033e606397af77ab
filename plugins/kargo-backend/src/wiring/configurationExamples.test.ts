import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readFileSync } from 'node:fs';
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

describe('examples of the configuration', () => {
  it.each([
    'guide/add-to-your-portal.md',
    'guide/argo-cd.md',
    'guide/roles-and-tokens.md',
    'guide/webhooks.md',
    'reference/configuration.md',
    'reference/credentials/acr.md',
    'reference/metric-providers/job.md',
    'reference/subscriptions/index.md',
    'reference/verification.md',
  ])('of %s are understood', page => {
    const examples = examplesOf(page);
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const config = new ConfigReader(example);
      expect(() => readConfig(config)).not.toThrow();
      // The page on the configuration has an example of every key that is declared.
      expect(findUnknownKeys(config)).toEqual([]);
    }
  });
});
