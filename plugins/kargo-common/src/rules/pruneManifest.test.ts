import { z } from 'zod';
import { MANIFESTS } from '../model/manifests';
import { pruneManifest } from './pruneManifest';

const schema = z.strictObject({
  name: z.string().nullable(),
  labels: z.record(z.string(), z.string()).optional(),
  open: z.looseObject({}).optional(),
  items: z
    .array(z.strictObject({ id: z.string().optional() }))
    .default([])
    .optional(),
});

describe('pruneManifest', () => {
  it('leaves out what is unknown, and tells where it stood', () => {
    const value = { name: 'a', nmae: 1, items: [{ id: 'b' }, { di: 'c' }] };
    expect(pruneManifest(value, schema)).toEqual({
      manifest: { name: 'a', items: [{ id: 'b' }, {}] },
      unknown: [
        { holder: [], field: 'nmae' },
        { holder: ['items', 1], field: 'di' },
      ],
    });
  });

  it('leaves out null where it is no value of a field, and there alone', () => {
    const value = {
      ...{ name: null, items: [{ id: null }], other: null },
      ...{ labels: { a: null, b: '' }, open: { a: null } },
    };
    expect(pruneManifest(value, schema).manifest).toEqual({
      ...{ name: null, items: [{}] },
      ...{ labels: { b: '' }, open: { a: null } },
    });
    expect(pruneManifest({ labels: null }, schema).manifest).toEqual({});
  });

  it.each([
    ['Secret', { stringData: { a: null }, data: { b: null } }],
    ['ConfigMap', { data: { a: null } }],
    ['Project', { metadata: { labels: { a: null } } }],
    ['Project', { metadata: { annotations: { a: null } } }],
  ] as const)(
    'reads null among texts of a %s as an empty one: %j',
    (kind, value) => {
      const { manifest } = pruneManifest(value, MANIFESTS[kind]);
      expect(JSON.stringify(manifest)).toBe(
        JSON.stringify(value).replaceAll('null', '""'),
      );
    },
  );

  it('leaves to the schema what is unknown where that is refused', () => {
    const isStrict = ([first]: Array<string | number>) => first === 'items';
    const value = { name: 'a', nmae: 1, items: [{ di: 'c' }] };
    expect(pruneManifest(value, schema, isStrict)).toEqual({
      manifest: { name: 'a', items: [{ di: 'c' }] },
      unknown: [{ holder: [], field: 'nmae' }],
    });
  });
});
