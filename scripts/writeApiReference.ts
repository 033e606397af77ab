// Writes the generated parts of the API's reference:
// `node scripts/run.mjs scripts/writeApiReference.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';
import { createApiReference } from '../plugins/kargo-backend/src/api/document/apiReference';
import { createOpenApiDocument } from '../plugins/kargo-backend/src/api/document/openApiDocument';
import { ROUTES } from '../plugins/kargo-backend/src/api/routes';
import { version } from '../plugins/kargo-backend/package.json';

const BEGIN = '<!-- generated: operations -->';
const END = '<!-- end of generated -->';
const folder = join(process.cwd(), 'docs', 'reference');

const page = join(folder, 'api.md');
const [before, rest] = readFileSync(page, 'utf8').split(BEGIN);
const after = rest?.split(END)[1];
if (after === undefined) {
  throw new Error(`${page} has no place between '${BEGIN}' and '${END}'`);
}
const text = [
  before,
  BEGIN,
  '\n\n',
  createApiReference(ROUTES),
  '\n\n',
  END,
  after,
];
writeFileSync(page, format(text.join(''), { parser: 'markdown' }));

const document = createOpenApiDocument(ROUTES, version);
writeFileSync(
  join(folder, 'openapi.json'),
  format(JSON.stringify(document), { parser: 'json' }),
);
