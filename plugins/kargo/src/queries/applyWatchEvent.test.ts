import { Resource, WatchEvent } from 'backstage-plugin-kargo-common';
import { applyWatchEvent, applyChanges, Snapshot } from './applyWatchEvent';

function resource(name: string, resourceVersion: string): Resource {
  return {
    apiVersion: 'v1',
    kind: 'Thing',
    metadata: {
      name,
      uid: name,
      resourceVersion,
      generation: 1,
      creationTimestamp: '2026-03-01T00:00:00Z',
    },
  };
}

const a = resource('a', '1');
const b = resource('b', '2');
const start: Snapshot<Resource> = { resourceVersion: '2', items: [a, b] };

describe('applyWatchEvent', () => {
  it.each<[string, WatchEvent<Resource>, string[], string]>([
    [
      'adds what is new',
      { type: 'ADDED', object: resource('c', '3') },
      ['a@1', 'b@2', 'c@3'],
      '3',
    ],
    [
      'replaces what changed, in its place',
      { type: 'MODIFIED', object: resource('a', '3') },
      ['a@3', 'b@2'],
      '3',
    ],
    [
      'takes a repeated addition as a change',
      { type: 'ADDED', object: resource('a', '3') },
      ['a@3', 'b@2'],
      '3',
    ],
    [
      'takes a change of something unknown as an addition',
      { type: 'MODIFIED', object: resource('c', '3') },
      ['a@1', 'b@2', 'c@3'],
      '3',
    ],
    [
      'removes what was deleted',
      { type: 'DELETED', object: resource('a', '3') },
      ['b@2'],
      '3',
    ],
    [
      'survives the deletion of something unknown',
      { type: 'DELETED', object: resource('x', '3') },
      ['a@1', 'b@2'],
      '3',
    ],
  ])('%s', (_, event, items, version) => {
    const next = applyWatchEvent(start, event);
    expect(
      next.items.map(i => `${i.metadata.name}@${i.metadata.resourceVersion}`),
    ).toEqual(items);
    expect(next.resourceVersion).toBe(version);
  });

  it('keeps the identity of everything that did not change', () => {
    const next = applyWatchEvent(start, {
      type: 'MODIFIED',
      object: resource('a', '3'),
    });
    expect(next.items[1]).toBe(b);
  });

  it('draws nothing again for a repeated event', () => {
    const next = applyWatchEvent(start, { type: 'MODIFIED', object: { ...a } });
    expect(next.items).toBe(start.items);
  });

  it('applies a batch in order', () => {
    const next = applyChanges(start, [
      { type: 'DELETED', object: resource('a', '3'), resourceVersion: 'r3' },
      { type: 'ADDED', object: resource('a', '4'), resourceVersion: 'r4' },
    ]);
    expect(next.items.map(i => i.metadata.resourceVersion)).toEqual(['2', '4']);
    expect(next.resourceVersion).toBe('r4');
  });

  it('remembers how far the server has come without a change', () => {
    const next = applyChanges(start, [
      { type: 'BOOKMARK', resourceVersion: 'r9' },
    ]);
    expect(next).toEqual({ ...start, resourceVersion: 'r9' });
    expect(next.items).toBe(start.items);
  });
});
