import { countTurns } from '../../testing/countTurns';
import { toRegistryPlace } from './RegistryPlace';
import { RegistryCall, RegistryRequests } from './RegistryRequests';
import { TagLists } from './TagLists';

const PAGES = 100;

/** A registry that answers at once, with a thousand tags in each page. */
const requests = {
  async send({ path }: RegistryCall) {
    const page = Number(/last=(\d+)/.exec(path)?.[1] ?? 0);
    const tags = Array.from({ length: 1_000 }, (_, i) => `${page}-${i}`);
    const link = `</v2/web/tags/list?last=${page + 1}>; rel="next"`;
    return {
      status: 200,
      headers: page + 1 < PAGES ? { link: [link] } : {},
      url: new URL(path, 'https://host.example'),
      body: Buffer.from(JSON.stringify({ tags })),
    };
  },
} as unknown as RegistryRequests;

describe('subscriptions of one Warehouse that all are new', () => {
  it('read a list once', async () => {
    let asked = 0;
    const lists = new TagLists({
      async send({ path }: RegistryCall) {
        asked += 1;
        return {
          status: 200,
          headers: {},
          url: new URL(path, 'https://host.example'),
          body: Buffer.from('{"tags": ["1.0.0"]}'),
        };
      },
    } as unknown as RegistryRequests);
    const look = (signal: AbortSignal) =>
      lists.list(toRegistryPlace({ repoURL: 'host.example/web' }, signal), {
        force: true,
      });
    const { signal } = new AbortController();
    await Promise.all([look(signal), look(signal), look(signal)]);
    expect(asked).toBe(1);
    const others = [1, 2].map(() => new AbortController().signal);
    await Promise.all(others.map(look));
    expect(asked).toBe(3);
  });
});

describe('a list of a hundred thousand tags', () => {
  it('lets other work go on while it is put together', async () => {
    let tags: string[] = [];
    const turns = await countTurns(async () => {
      const place = toRegistryPlace({ repoURL: 'host.example/web' });
      tags = await new TagLists(requests).list(place);
    });
    expect(tags).toHaveLength(PAGES * 1_000);
    expect(turns).toBeGreaterThan(2);
  });
});
