import { Resource } from 'backstage-plugin-kargo-common';
import { editableManifest, storedManifest } from './manifestText';

describe('the text of a manifest', () => {
  const resource = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace: 'shop', uid: 'u' },
    data: { a: 'yes', b: '0b101', c: '1_000', d: '2026-03-01', e: 'text' },
  } as unknown as Resource;

  it.each([
    ['that is stored', storedManifest],
    ['that is edited', editableManifest],
  ])('%s keeps what looks like something else a text', (_, write) => {
    expect(write(resource)).toContain(
      'data:\n  a: "yes"\n  b: "0b101"\n  c: "1_000"\n  d: "2026-03-01"\n  e: text\n',
    );
  });

  it.each([
    ['that is stored', storedManifest],
    ['that is edited', editableManifest],
  ])('%s begins with what it is and what it is called', (_, write) => {
    const { metadata, ...others } = resource;
    const keys = write({ ...others, metadata })
      .split('\n')
      .filter(line => /^\w/.test(line));
    expect(keys).toEqual([
      'apiVersion: v1',
      'kind: ConfigMap',
      'metadata:',
      'data:',
    ]);
  });
});
