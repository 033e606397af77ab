import { createServer, type Server } from 'node:http';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { OPERATIONS, type Operation } from 'backstage-plugin-kargo-common';
import { type Portal, startPortal } from '../../world/portal';
import { parseCases } from '../parseCases';
import { runMutationsOn } from './mutations/run';
import { readCase } from './readCase';
import { runRest, runRestOn } from './run';

const CORPUS = resolve(__dirname, '../../../corpus/rest');
const LIMIT_MS = 600_000;

async function filesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.jsonl'));
  return names.map(name => join(folder, name));
}

describe('the API', () => {
  let stateDir: string;
  let portal: Portal;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'conformance-'));
    portal = await startPortal({ stateDir });
  }, LIMIT_MS);

  afterAll(async () => {
    await portal?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  it(
    "answers every case as Kargo's clients expect",
    async () => {
      let printed = '';
      const write = jest
        .spyOn(process.stdout, 'write')
        .mockImplementation(text => {
          printed += text;
          return true;
        });
      let passed = 0;
      for (const file of await filesOf(CORPUS)) {
        passed += (await runRestOn(portal, file)).passed;
      }
      write.mockRestore();
      expect(printed).toBe('');
      expect(passed).toBeGreaterThanOrEqual(400);
    },
    LIMIT_MS,
  );

  it(
    'answers the same requests with something wrong in each, and tells no secret',
    async () => {
      let printed = '';
      const write = jest
        .spyOn(process.stdout, 'write')
        .mockImplementation(text => {
          printed += text;
          return true;
        });
      const seed = 20_261_128;
      const { statuses } = await runMutationsOn(portal, CORPUS, {
        ...{ count: 400, seed },
      });
      write.mockRestore();
      expect(printed).toBe('');
      // What is only refused at the door tells nothing of what is behind it.
      expect(statuses.get(200)).toBeGreaterThan(40);
    },
    LIMIT_MS,
  );

  it('has a case for every operation', async () => {
    const texts = await Promise.all(
      (await filesOf(CORPUS)).map(file => readFile(file, 'utf8')),
    );
    const requests = texts
      .flatMap(parseCases)
      .map(({ value }) => readCase(value).request);
    const missing = Object.entries<Operation>(OPERATIONS)
      .filter(([, { method, path }]) => {
        const pattern = new RegExp(
          `^${path.replace(/\{\w+\}/g, '[^/]+')}(\\?.*)?$`,
        );
        return !requests.some(
          request =>
            request.method.toLowerCase() === method &&
            pattern.test(request.path),
        );
      })
      .map(([id]) => id);
    expect(missing).toEqual([]);
  });
});

describe('a corpus', () => {
  let folder: string;
  let server: Server;
  let url: string;
  let printed: string;
  let answered = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'conformance-'));
    server = createServer((request, response) => {
      response.setHeader('warning', '299 - "so it is"');
      response.statusCode = request.headers.authorization ? 200 : 401;
      const { url: path, headers } = request;
      response.end(
        JSON.stringify({
          ...{ path, token: headers.authorization, list: [1, 2] },
          answered: (answered += 1),
        }),
      );
    });
    await new Promise<void>(listening => {
      server.listen(0, '127.0.0.1', listening);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise(closed => {
      server.close(closed);
    });
    await rm(folder, { recursive: true });
  });

  beforeEach(() => {
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation(text => {
      printed += text;
      return true;
    });
  });

  afterEach(() => jest.restoreAllMocks());

  const run = async (...lines: unknown[]) => {
    const file = join(folder, 'cases.jsonl');
    await writeFile(
      file,
      lines
        .map(line => (typeof line === 'string' ? line : JSON.stringify(line)))
        .join('\n'),
    );
    return runRest(file, ['--url', url, '--token', 't']);
  };
  const request = { method: 'GET', path: '/a' };

  it.each<[string, object, object]>([
    ['a status', {}, { status: 200 }],
    ['a part of a body', {}, { body: { path: '/api/kargo/v1beta1/a' } }],
    ['the token', {}, { body: { token: 'Bearer t' } }],
    ['a member that is absent', {}, { body: { none: null } }],
    ['a text like another', {}, { body: { path: { $matches: 'a$' } } }],
    ['something', {}, { body: { list: { $any: true } } }],
    ['a list', {}, { body: { list: [1, 2] } }],
    ['a header', {}, { headers: { Warning: 'so it is' } }],
    ['no token', { headers: { authorization: '' } }, { status: 401 }],
    ['a path with its version', { path: '/v1beta1/a' }, {}],
  ])('may expect %s', async (_, more, expectation) => {
    const result = await run({
      id: 'a',
      request: { ...request, ...more },
      expect: { status: 200, ...expectation },
    });
    expect({ ...result, printed }).toEqual({
      passed: 1,
      failed: 0,
      printed: '',
    });
  });

  it('may use in a request what an earlier one answered', async () => {
    const result = await run({
      id: 'a',
      setup: [{ ...request, save: { name: 'token' } }],
      request: { ...request, path: '/{{name}}' },
      expect: { status: 200, body: { path: { $matches: 'Bearer' } } },
    });
    expect({ ...result, printed }).toMatchObject({ passed: 1 });
  });

  it('may wait for what comes of an earlier request', async () => {
    const third = answered + 3;
    const result = await run({
      id: 'a',
      setup: [{ ...request, until: { answered: third } }],
      request,
      expect: { status: 200, body: { answered: third + 1 } },
    });
    expect({ ...result, printed }).toMatchObject({ passed: 1 });
  });

  it.each<[string, object, string]>([
    ['another status', { status: 404 }, 'expected 404, got 200'],
    ['another value', { body: { path: '/b' } }, 'body.path: expected /b'],
    ['a longer list', { body: { list: [1] } }, 'body.list: expected [1]'],
    ['another element', { body: { list: [1, 3] } }, 'body.list[1]'],
    ['a member that is there', { body: { path: null } }, 'body.path'],
    ['an object', { body: { list: { a: 1 } } }, 'body.list: expected'],
    ['another text', { body: { path: { $matches: '^b' } } }, 'a text like ^b'],
    ['anything', { body: { none: { $any: true } } }, 'expected anything'],
    ['another header', { headers: { warning: 'no' } }, 'header warning'],
  ])('fails when the answer has not %s', async (_, expectation, message) => {
    const result = await run({
      id: 'it',
      request,
      expect: { status: 200, ...expectation },
    });
    expect(result).toEqual({ passed: 0, failed: 1 });
    expect(printed).toMatch(/^FAIL .*cases\.jsonl:1 it\n/);
    expect(printed).toContain(message);
  });

  it.each<[string, unknown, string]>([
    ['no JSON', '{', 'FAIL'],
    ['no case', { id: 'a', expect: { status: 200 } }, 'request: '],
    [
      'a setup that fails',
      {
        id: 'a',
        setup: [{ ...request, headers: { authorization: '' } }],
        request,
        expect: { status: 200 },
      },
      'setup 1: 401',
    ],
    [
      'a setup that has not what it saves',
      {
        id: 'a',
        setup: [{ ...request, save: { a: 'b.c' } }],
        request,
        expect: { status: 200 },
      },
      'there is no text at b.c',
    ],
  ])('fails with %s', async (_, line, message) => {
    expect(await run(line)).toEqual({ passed: 0, failed: 1 });
    expect(printed).toContain(message);
  });
});
