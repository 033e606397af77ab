import { StoredResource } from './conversion';
import { SecretCipher } from './SecretCipher';
import { SharedResources } from './SharedResources';
import { ResourceRow } from './tables';

/** Characters of which the bound has 64 times as many: 64 rows with more do not fit. */
const LARGE = 128 * 1024;

function aRow(id: number, row: Partial<ResourceRow> = {}): ResourceRow {
  return {
    ...{ id, kind: 'Widget', namespace: 'demo', name: `w${id}`, uid: `u${id}` },
    revision: 1,
    document: JSON.stringify({ metadata: { name: `w${id}` }, spec: {} }),
    ...{ status: null, sealed: null, key_id: null },
    ...row,
  };
}

describe('SharedResources', () => {
  const cipher = SecretCipher.create({
    keys: ['a key text that is long enough for it'],
  });
  let shared: SharedResources;

  beforeEach(() => {
    shared = new SharedResources(cipher);
  });

  function isKept(row: ResourceRow): boolean {
    const first = shared.of(row);
    return shared.of(row) === first;
  }

  it('keep what a row holds until it has another revision', () => {
    const first = shared.of(aRow(1));
    expect(shared.of(aRow(1))).toBe(first);
    const next = shared.of(
      aRow(1, { revision: '2', status: JSON.stringify({ phase: 'Ready' }) }),
    );
    expect(next).toMatchObject({
      metadata: { resourceVersion: '2' },
      status: { phase: 'Ready' },
    });
    // Whoever holds the other one still sees what was read then.
    expect(first.status).toBeUndefined();
  });

  it('keep what was written to a row, which nobody can change from then on', () => {
    const row = aRow(1, { revision: 2 });
    const metadata = { name: 'w1', resourceVersion: '2' };
    const written = { metadata, spec: { nested: { a: 1 } } };
    shared.note(row, written as unknown as StoredResource);
    expect(shared.of(row)).toBe(written);
    expect(() => {
      written.spec.nested.a = 2;
    }).toThrow(TypeError);
  });

  it('can be changed by nobody', () => {
    const { metadata } = shared.of(aRow(1));
    expect(() => {
      metadata.name = 'other';
    }).toThrow(TypeError);
  });

  it.each<[string, Partial<ResourceRow>]>([
    [
      'documents',
      { document: JSON.stringify({ metadata: {}, spec: 'x'.repeat(LARGE) }) },
    ],
    ['statuses', { status: JSON.stringify({ text: 'x'.repeat(LARGE) }) }],
  ])(
    'keep 8 MiB of rows with large %s and no more, of those that were used last',
    (_, large) => {
      const rows = Array.from({ length: 80 }, (__, id) => aRow(id, large));
      const first = shared.of(rows[0]);
      const read = rows.map(row => {
        // In use all the time.
        shared.of(rows[0]);
        return shared.of(row);
      });
      expect(shared.of(rows[0])).toBe(first);
      // From the newest on: to look at one that is not kept takes the room of another.
      const isGone = (id: number) => shared.of(rows[id]) !== read[id];
      const newestGone = rows.findLastIndex((__, id) => isGone(id));
      expect(newestGone).toBeGreaterThan(80 - 64);
      expect(newestGone).toBeLessThan(80 - 60);
    },
  );

  it('keep nothing that a rotation of keys writes anew under the same revision', () => {
    const sealedOutputs = { text: 'x', keyId: 'old' };
    const row = aRow(1, { status: JSON.stringify({ sealedOutputs }) });
    expect(isKept(row)).toBe(false);
    expect(isKept(aRow(2, { status: JSON.stringify({ state: {} }) }))).toBe(
      true,
    );
  });

  it('keep no Secrets', () => {
    const identity = {
      kind: 'Secret',
      namespace: 'demo',
      name: 's',
      uid: 'u1',
    };
    const { text, keyId } = cipher.seal('{"token":"aGk="}', identity);
    const secret = aRow(1, { ...identity, sealed: text, key_id: keyId });
    expect(shared.of(secret)).toMatchObject({ data: { token: 'aGk=' } });
    expect(isKept(secret)).toBe(false);
    expect(isKept(aRow(2))).toBe(true);
  });
});
