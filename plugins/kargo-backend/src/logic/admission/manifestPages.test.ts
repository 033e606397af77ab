import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  KindName,
  KINDS,
  MANIFESTS,
  PromotionStep,
} from 'backstage-plugin-kargo-common';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { builtinSteps } from '../../builtins/steps';
import { inOneTurn } from '../../testing/inOneTurn';
import { Installation } from './Installation';
import { parseManifest } from './parseManifest';

const DOCS = path.resolve(__dirname, '../../../../../docs');
const MANIFEST_PAGES = path.join(DOCS, 'reference/manifests');

/** Kinds whose fields have a page of their own here. */
const KINDS_OF_PAGES: Record<string, KindName> = {
  'cluster-config.md': 'ClusterConfig',
  'freight.md': 'Freight',
  'project-config.md': 'ProjectConfig',
  'project.md': 'Project',
  'promotion-task.md': 'PromotionTask',
  'promotion.md': 'Promotion',
  'stage.md': 'Stage',
  'warehouse.md': 'Warehouse',
};

/** All pages. */
const PAGES = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter(
  page => page.endsWith('.md'),
);

const INSTALLATION: Installation = {
  steps: new Map(builtinSteps.map(step => [step.id, step.config])),
};

type Schema = z.core.JSONSchema.BaseSchema;

function readPage(page: string): string {
  return readFileSync(path.join(DOCS, page), 'utf8');
}

/** What says of which kind it is among the examples of a page, in their order. */
function manifestsOf(page: string): unknown[] {
  return [...readPage(page).matchAll(/^( *)```yaml\n([^]*?)^ *```$/gm)]
    .map(([, indent, text]) => text.replace(new RegExp(`^${indent}`, 'gm'), ''))
    .flatMap(text => parseAllDocuments(text))
    .map(document => document.toJS())
    .filter(value => value?.kind in KINDS);
}

/** What becomes of a manifest: what the portal says of it. */
function admit(manifest: unknown): string[] {
  const warnings: string[] = [];
  inOneTurn(
    parseManifest(manifest, {
      subscriptionTypes: ['git', 'image', 'chart'],
      installation: INSTALLATION,
      warn: warning => warnings.push(warning),
    }),
  );
  return warnings;
}

/** Every field below a schema, as pages write them: `sources.stages[]`. */
function fieldsOf(schema: Schema, prefix = ''): string[] {
  const { items, properties = {} } = schema;
  if (schema.type === 'array' && items) {
    return [`${prefix}[]`, ...fieldsOf(items as Schema, `${prefix}[]`)];
  }
  return Object.entries(properties).flatMap(([name, below]) => {
    const field = prefix ? `${prefix}.${name}` : name;
    return [
      ...((below as Schema).type === 'array' ? [] : [field]),
      ...fieldsOf(below as Schema, field),
    ];
  });
}

/** The fields that a person writes in a manifest of a kind. */
function fieldsOfKind(kind: KindName): string[] {
  const { properties = {} } = z.toJSONSchema(MANIFESTS[kind], {
    io: 'input',
    unrepresentable: 'any',
  });
  const {
    apiVersion,
    kind: _kind,
    metadata,
    status,
    spec,
    ...rest
  } = properties as Record<string, Schema>;
  return fieldsOf(spec ?? { type: 'object', properties: rest });
}

/** What stands in the first cells of the tables that begin with `field`. */
function rowsOf(text: string): string[] {
  return [...text.matchAll(/^\| field [^]*?(?=\n\n|\n$|$(?![^]))/gm)]
    .flatMap(([table]) => [...table.matchAll(/^\| `([^`]+)`/gm)])
    .map(([, field]) => field);
}

/** Whether one field is the other, or part of it. */
function isWithin(field: string, whole: string): boolean {
  return field.startsWith(whole) && /^($|[.[])/.test(field.slice(whole.length));
}

/** What a page tells of and is not there, and what is there and a page tells nothing of. */
function differences(fields: readonly string[], page: string): string[] {
  const rows = rowsOf(readPage(page));
  return [
    ...rows.filter(row => !fields.includes(row)),
    ...fields.filter(
      field => !rows.some(row => isWithin(field, row) || isWithin(row, field)),
    ),
  ];
}

describe('pages of manifests', () => {
  const pages = readdirSync(MANIFEST_PAGES);

  it('are those of the kinds that people write', () => {
    expect(pages.sort()).toEqual(Object.keys(KINDS_OF_PAGES).sort());
  });

  it.each(pages)('%s has an example', page => {
    expect(manifestsOf(`reference/manifests/${page}`)).not.toEqual([]);
  });

  it.each(PAGES.filter(page => manifestsOf(page).length > 0))(
    '%s has examples that are accepted as they stand',
    page => {
      expect(manifestsOf(page).flatMap(admit)).toEqual([]);
    },
  );

  it.each(
    Object.entries(KINDS_OF_PAGES).filter(([, kind]) => kind !== 'Project'),
  )('%s tells of the fields that there are', (page, kind) => {
    const fields = fieldsOfKind(kind);
    expect(fields.length).toBeGreaterThan(1);
    expect(differences(fields, `reference/manifests/${page}`)).toEqual([]);
  });

  it('tell of the fields of a step', () => {
    const schema = z.toJSONSchema(PromotionStep, { unrepresentable: 'any' });
    const page = 'reference/steps/index.md';
    expect(differences(fieldsOf(schema), page)).toEqual([]);
  });
});
