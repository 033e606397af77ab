import { InputError } from '@backstage/errors';
import { Draft, KargoEvent, Resource } from 'backstage-plugin-kargo-common';
import { ResourceStore, StoreWrite } from '../ports/ResourceStore';
import { aPromotion } from '../testing/resourceBuilders';
import { StoreEventSink } from './StoreEventSink';
import { mockLogger } from '../testing/mockLogger';

const PATCH: StoreWrite = {
  patchStatus: {
    key: { kind: 'Promotion', namespace: 'demo', name: 'p1' },
    patch: { phase: 'Succeeded' },
  },
};
const EVENT = { kind: 'Event', metadata: { name: 'e' } } as Draft<KargoEvent>;

describe('events that are written with what they report', () => {
  /** A store that takes batches as `take` says. */
  function createSink(take: (writes: readonly StoreWrite[]) => void) {
    const warnings: string[] = [];
    const made: StoreWrite[][] = [];
    const store: Pick<ResourceStore, 'write'> = {
      async write(writes) {
        take(writes);
        made.push([...writes]);
        return writes.map((): Resource => aPromotion('p1'));
      },
    };
    const sink = StoreEventSink.create({
      store: store as ResourceStore,
      logger: mockLogger({ warn: m => warnings.push(m) }),
    });
    return { sink, made, warnings };
  }

  it('are part of one batch, of which the written resources are answered', async () => {
    const { sink, made } = createSink(() => undefined);
    const written = await sink.publishWith([PATCH], [() => EVENT]);
    expect(written).toHaveLength(1);
    expect(made).toHaveLength(1);
    expect(made[0]).toHaveLength(2);
  });

  it('are announced when they are recorded, and not before', async () => {
    const announced: string[] = [];
    let isWritten = false;
    const sink = StoreEventSink.create({
      store: {
        async write(writes: readonly StoreWrite[]) {
          isWritten = true;
          return writes.map((_, index) => aPromotion(`w${index}`));
        },
      } as unknown as ResourceStore,
      logger: mockLogger(),
      announce: async ({ metadata }) => {
        expect(isWritten).toBe(true);
        announced.push(metadata.name);
      },
    });
    await sink.publishWith([PATCH], [() => EVENT, () => EVENT]);
    expect(announced).toEqual(['w1', 'w2']);
  });

  it('are recorded although nobody can be told of them', async () => {
    const warnings: string[] = [];
    const told = new Promise<void>(resolve => {
      const sink = StoreEventSink.create({
        store: { write: async () => [EVENT] } as unknown as ResourceStore,
        logger: mockLogger({
          warn: message => {
            warnings.push(message);
            resolve();
          },
        }),
        announce: async () => {
          throw new Error('nobody listens');
        },
      });
      sink.publishWith([], [() => EVENT]);
    });
    await told;
    expect(warnings).toEqual(['Failed to announce an event']);
  });

  it('are left out when the store refuses them, and the work is written', async () => {
    const { sink, made, warnings } = createSink(writes => {
      if (writes.length > 1) {
        throw new InputError('no room for the event');
      }
    });
    await sink.publishWith([PATCH], [() => EVENT]);
    expect(made).toEqual([[PATCH]]);
    expect(warnings).toEqual(['Failed to record an event']);
  });

  it.each(['ConflictError', 'ServiceUnavailableError'])(
    'do not hide a %s of the work',
    async name => {
      const { sink, made } = createSink(() => {
        throw Object.assign(new Error('no'), { name });
      });
      await expect(
        sink.publishWith([PATCH], [() => EVENT]),
      ).rejects.toMatchObject({ name });
      expect(made).toEqual([]);
    },
  );

  it('ask nothing of the store when there is nothing to write', async () => {
    const { sink, made } = createSink(() => undefined);
    expect(await sink.publishWith([], [])).toEqual([]);
    expect(made).toEqual([]);
  });
});
