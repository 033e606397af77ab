import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { kargoPermissions, OPERATION_IDS } from 'backstage-plugin-kargo-common';
import { kargoStageRules } from 'backstage-plugin-kargo-node';
import { version } from '../../../package.json';
import { createApiReference } from './apiReference';
import { ADDITIONS } from './differences';
import { createOpenApiDocument } from './openApiDocument';
import { ROUTES } from '../routes';

const docs = resolve(
  resolvePackagePath('backstage-plugin-kargo-backend'),
  '../../docs/reference',
);

function read(name: string): string {
  return readFileSync(resolve(docs, name), 'utf8');
}

/** Formatting aligns tables; what they say is compared. */
function words(text: string): string {
  return text.replace(/[\s-]+/g, ' ');
}

// After a change of the routes: node scripts/run.mjs scripts/writeApiReference.ts
describe('the reference pages', () => {
  it('have every operation', () => {
    expect(words(read('api.md'))).toContain(words(createApiReference(ROUTES)));
  });

  it('have the OpenAPI document', () => {
    expect(JSON.parse(read('openapi.json'))).toEqual(
      JSON.parse(JSON.stringify(createOpenApiDocument(ROUTES, version))),
    );
  });

  it.each([
    ...kargoPermissions.map(permission => permission.name),
    ...Object.values(kargoStageRules).map(rule => rule.name),
  ])('explain %s', name => {
    expect(read('permissions.md')).toContain(
      `| \`${name}\` |`.replace(/ \|$/, ''),
    );
  });
});

/** Operations of Kargo's REST API. */
const OPERATIONS_OF_KARGO = 119;

describe('createApiReference', () => {
  it("counts as an addition what is not one of Kargo's operations", () => {
    expect(OPERATION_IDS.length - ADDITIONS.length).toBe(OPERATIONS_OF_KARGO);
  });

  it('puts every route into exactly one section', () => {
    const [text] = createApiReference(ROUTES).split('## Audit events');
    for (const { method, path } of ROUTES) {
      const row = `| \`${method.toUpperCase()} ${path}\` |`;
      expect(text.split(row)).toHaveLength(2);
    }
  });
});
