import { parseLogRecords, splitAtNul } from './parseHistory';
import { inOneTurn } from '../../../testing/inOneTurn';
import { parseLsRemote } from './parseLsRemote';
import { parsePeeled } from './parseTags';

const ID = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);

async function* chunked(text: string, size: number) {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

async function parse(text: string, size: number, fieldCount: number) {
  const records = [];
  for await (const record of parseLogRecords(
    splitAtNul(chunked(text, size)),
    fieldCount,
  )) {
    records.push([...record.fields, ...record.paths]);
  }
  return records;
}

describe('parseLogRecords', () => {
  const text = '\0id1\0subject é\0\na\0é/b\0\0id2\0\0\0id3\0last\0\nz\0';

  it.each([1, 2, 3, 7, 1000])('reads chunks of %i bytes', async size => {
    await expect(parse(text, size, 2)).resolves.toEqual([
      ['id1', 'subject é', 'a', 'é/b'],
      ['id2', ''],
      ['id3', 'last', 'z'],
    ]);
  });

  it('takes no path for a commit', async () => {
    await expect(
      parse(`\0${ID}\0\n${OTHER}\0\x01x\0\n\n\0`, 1000, 1),
    ).resolves.toEqual([[ID, OTHER, '\x01x', '\n\n']]);
  });

  it('reads nothing from nothing', async () => {
    await expect(parse('', 10, 2)).resolves.toEqual([]);
  });
});

it('reads refs with their peeled ids and the default branch', () => {
  const text = [
    'ref: refs/heads/trunk\tHEAD',
    `${ID}\tHEAD`,
    `${ID}\trefs/heads/trunk`,
    `${ID}\trefs/pull/1/head`,
    `${OTHER}\trefs/tags/v1`,
    `${ID}\trefs/tags/v1^{}`,
    'garbage',
  ].join('\n');
  expect(inOneTurn(parseLsRemote(text))).toEqual({
    defaultBranch: 'trunk',
    refs: [
      { name: 'HEAD', id: ID },
      { name: 'refs/heads/trunk', id: ID },
      { name: 'refs/tags/v1', id: OTHER, peeled: ID },
    ],
  });
});

it('knows which tags lead to no commit', () => {
  expect(parsePeeled(`${ID} commit 200\n${OTHER}^{commit} missing\n`)).toEqual([
    ID,
    undefined,
  ]);
});
