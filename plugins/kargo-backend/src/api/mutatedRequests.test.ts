import { ApiHarness, authorization } from '../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../testing/pipelineManifests';
import { ROUTES } from './routes';

jest.setTimeout(120_000);

const REQUESTS = 400;
const SEED = 20_261_128;

/** Numbers below a limit, the same ones in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const PARTS = ['shop', 'test', 'web', 'brisk-otter', 'none', 'a%2Fb', '%00'];
const MORE_PARTS = ['__proto__', 'é', '%F0%9F%98%80', 'x'.repeat(300), '-'];
const VALUES = [undefined, null, true, 0, -1, 1e400, '', 'a', [], {}, [null]];
const FIELDS = ['name', 'type', 'data', 'freight', 'origin', 'removeKeys'];
const MORE_FIELDS = ['description', 'username', 'kind', 'metadata', 'spec'];
const QUERIES = ['', 'watch=false', 'stage=test', 'group=', 'page=-1', 'a=b'];
const MORE_QUERIES = ['uid[]=1', 'newAlias=%20', 'upsert=true', '&&=&', 'é=1'];

describe('requests of any shape', () => {
  it('are answered, and never as a fault of ours', async () => {
    const api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
    await api.apply(freightManifest('shop', '1.0.0', 'brisk-otter'));
    const next = seeded(SEED);
    const pick = <T>(...lists: T[][]): T => {
      const all = lists.flat();
      return all[next(all.length)];
    };
    const fields = () =>
      Object.fromEntries(
        Array.from({ length: next(5) }, () => [
          pick(FIELDS, MORE_FIELDS),
          pick<unknown>(VALUES),
        ]),
      );
    const faults: string[] = [];
    // What deletes the project would leave nothing to ask about.
    const routes = ROUTES.filter(
      ({ method, path }) =>
        !(method === 'delete' && path === '/projects/{project}') &&
        path !== '/watches',
    );
    for (let count = 0; count < REQUESTS; count += 1) {
      const route = routes[next(routes.length)];
      const path = route.path.replace(/\{(\w+)\}/g, (_, name) =>
        name === 'project' && next(4) > 0 ? 'shop' : pick(PARTS, MORE_PARTS),
      );
      const method = route.method.toLocaleUpperCase('en-US');
      const body = route.body && pick<unknown>(VALUES, [fields(), fields()]);
      const address = `${path}?${pick(QUERIES, MORE_QUERIES)}`;
      const response = await fetch(`${api.baseUrl}/v1beta1${address}`, {
        method,
        headers: authorization(),
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status === 500) {
        faults.push(`${method} ${address} ${JSON.stringify(body)}: ${text}`);
      }
    }
    expect(faults).toEqual([]);
  });
});
