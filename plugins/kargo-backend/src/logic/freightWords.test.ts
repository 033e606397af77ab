import { Freight } from 'backstage-plugin-kargo-common';
import { freightWords, isFoundBy, lookupWords, toWord } from './freightWords';

const COMMIT = '8d7c6b5a4f3e2d1c0b9a8d7c6b5a4f3e2d1c0b9a';

const freight = {
  metadata: { name: 'f00d5eed1234' },
  alias: 'Calm-Otter',
  origin: { kind: 'Warehouse', name: 'web' },
  images: [{ repoURL: 'ghcr.io/acme/web', tag: '1.4.1' }],
  charts: [{ repoURL: 'oci://x/chart', version: '2.0.0' }],
  artifacts: [{ version: '20260501' }, { version: 'cafe0123' }],
  commits: [{ repoURL: 'https://git.example/a.git', id: COMMIT, tag: 'v9' }],
} as unknown as Freight;

it('knows Freight by what people call it and what is in it', () => {
  expect(freightWords(freight)).toEqual([
    'calm-otter',
    '1.4.1',
    '2.0.0',
    '20260501',
    'cafe0123',
    'v9',
    'f00d5eed1234',
    COMMIT,
    'f00d5ee',
    COMMIT.slice(0, 7),
  ]);
});

it.each([
  ['its alias in any case', ' CALM-otter ', true],
  ['a tag', '1.4.1', true],
  ['a commit', COMMIT, true],
  ['as much of a commit as people write', COMMIT.slice(0, 7), true],
  ['more of a commit', COMMIT.slice(0, 12), true],
  ['another commit that begins alike', `${COMMIT.slice(0, 7)}00000`, false],
  ['a tag that is a date', '20260501', true],
  ['a tag that is a short commit', 'CAFE0123', true],
  ['a part of a tag that is a date', '2026050', false],
  ['a part of a tag', '1.4', false],
])('is found by %s: %s', (_, text, isFound) => {
  const word = toWord(text);
  const known = freightWords(freight);
  const led = lookupWords(word).some(each => known.includes(each));
  expect(led && isFoundBy(freight, word)).toBe(isFound);
});
