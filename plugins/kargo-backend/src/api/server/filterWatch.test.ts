import { Resource } from 'backstage-plugin-kargo-common';
import { WatchEvent } from '../../ports/ResourceStore';
import { filterWatch } from './filterWatch';

type Change = ['ADDED' | 'MODIFIED' | 'DELETED', string, boolean];

function event([type, name, matches]: Change): WatchEvent<Resource> {
  const metadata = { name, labels: { matches: String(matches) } };
  const object = { apiVersion: 'v1', kind: 'Stage', metadata };
  return { type, object: object as unknown as Resource, resourceVersion: '1' };
}

async function run(changes: Change[], isSeeded: boolean): Promise<string[]> {
  async function* source() {
    yield* changes.map(event);
  }
  const sent: string[] = [];
  const matches = (resource: Resource) =>
    resource.metadata.labels?.matches === 'true';
  for await (const change of filterWatch(source(), matches, isSeeded)) {
    sent.push(
      change.type === 'BOOKMARK'
        ? change.type
        : `${change.type} ${change.object.metadata.name}`,
    );
  }
  return sent;
}

describe('filterWatch', () => {
  it.each<[string, Change[], boolean, string[]]>([
    [
      'passes what matches',
      [
        ['ADDED', 'a', true],
        ['MODIFIED', 'a', true],
        ['DELETED', 'a', true],
      ],
      true,
      ['ADDED a', 'MODIFIED a', 'DELETED a'],
    ],
    [
      'drops what never matched',
      [
        ['ADDED', 'a', false],
        ['MODIFIED', 'a', false],
        ['DELETED', 'a', false],
      ],
      true,
      [],
    ],
    [
      'deletes what stops matching, once',
      [
        ['ADDED', 'a', true],
        ['MODIFIED', 'a', false],
        ['MODIFIED', 'a', false],
      ],
      true,
      ['ADDED a', 'DELETED a'],
    ],
    [
      'adds what starts matching',
      [
        ['ADDED', 'a', false],
        ['MODIFIED', 'a', true],
      ],
      true,
      ['ADDED a'],
    ],
    [
      'keeps objects apart',
      [
        ['ADDED', 'a', true],
        ['ADDED', 'b', false],
        ['DELETED', 'b', false],
      ],
      true,
      ['ADDED a'],
    ],
    [
      'deletes once what the client may hold from its list',
      [
        ['MODIFIED', 'a', false],
        ['MODIFIED', 'a', false],
      ],
      false,
      ['DELETED a'],
    ],
    [
      'passes changes of what the client may hold',
      [['MODIFIED', 'a', true]],
      false,
      ['MODIFIED a'],
    ],
    [
      'passes deletions of what the client may hold',
      [['DELETED', 'a', true]],
      false,
      ['DELETED a'],
    ],
  ])('%s', async (_, changes, isSeeded, expected) => {
    expect(await run(changes, isSeeded)).toEqual(expected);
  });
});
