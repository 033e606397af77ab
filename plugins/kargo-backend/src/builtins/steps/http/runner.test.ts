import { JsonObject } from 'backstage-plugin-kargo-common';
import { isTerminalError, StepOutcome } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import {
  LoopbackRequest,
  LoopbackServer,
  Reply,
  startLoopbackServer,
} from 'kargo-test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UndiciHttpClient } from '../../../adapters/http/UndiciHttpClient';
import { httpStep } from './runner';

describe('http', () => {
  let server: LoopbackServer;
  let client: UndiciHttpClient;
  let workDir: string;
  let reply: Reply;
  let seen: { request: LoopbackRequest; body: string }[];

  const run = (config: JsonObject): Promise<StepOutcome> =>
    runStep(
      httpStep,
      { url: server.url, ...config },
      { folder: workDir, http: client },
    );

  beforeAll(async () => {
    client = UndiciHttpClient.create({ egress: { allowLoopback: true } });
    server = await startLoopbackServer({
      route: () => 'any',
      async handle(request) {
        seen.push({ request, body: (await request.body()).toString() });
        return reply;
      },
    });
    workDir = await mkdtemp(path.join(tmpdir(), 'kargo-http-'));
  });

  beforeEach(() => {
    reply = { status: 200 };
    seen = [];
  });

  afterAll(async () => {
    await client.close();
    await server.close();
    await rm(workDir, { recursive: true });
  });

  const json = (status: number, body: unknown): Reply => ({
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  });

  it.each<[string, JsonObject, Reply, StepOutcome]>([
    ['a good status', {}, { status: 204 }, { kind: 'succeeded', output: {} }],
    [
      'a bad status, which may be tried again',
      {},
      { status: 404 },
      {
        kind: 'failed',
        final: false,
        reason: 'HTTP (404) response is not a success',
      },
    ],
    [
      'neither success nor failure yet',
      { successExpression: 'response.status == 200', pollInterval: '1m' },
      { status: 502 },
      {
        kind: 'waiting',
        reason: 'HTTP (502) response met neither success nor failure criteria',
        checkAgainInMs: 60_000,
      },
    ],
    [
      'no failure, where only failure is described',
      { failureExpression: 'response.status >= 500' },
      { status: 200 },
      {
        kind: 'waiting',
        reason: 'HTTP (200) response met neither success nor failure criteria',
        checkAgainInMs: 30_000,
      },
    ],
    [
      'failure before success',
      { failureExpression: 'true', successExpression: 'true' },
      { status: 200 },
      {
        kind: 'failed',
        final: true,
        reason: 'HTTP (200) response met failure criteria',
      },
    ],
    [
      'a failure with words of its own',
      { failureExpression: 'true', errorExpression: 'response.body?.message' },
      json(404, { message: 'gone' }),
      {
        kind: 'failed',
        final: true,
        reason: 'HTTP (404) response met failure criteria: "gone"',
      },
    ],
    [
      'a failure whose words are none',
      { failureExpression: 'true', errorExpression: 'response.status' },
      { status: 400 },
      {
        kind: 'failed',
        final: true,
        reason: 'HTTP (400) response met failure criteria',
      },
    ],
    [
      'a failure whose words cannot be found',
      { failureExpression: 'true', errorExpression: 'response.none.none' },
      { status: 400 },
      {
        kind: 'failed',
        final: true,
        reason: 'HTTP (400) response met failure criteria',
      },
    ],
  ])('tells %s', async (_, config, answer, outcome) => {
    reply = answer;
    await expect(run(config)).resolves.toEqual(outcome);
  });

  it.each<[string, Reply, JsonObject, unknown]>([
    ['response.body.a[0]', json(200, { a: [5] }), {}, 5],
    [
      'response.body',
      { status: 200, headers: { 'content-type': 'text/plain' }, body: '42' },
      {},
      '42',
    ],
    [
      'response.body',
      { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' },
      {},
      {},
    ],
    ['response.body', { status: 200, body: '[1]' }, {}, [1]],
    ['response.body', json(200, null), {}, null],
    ['response.body', { status: 200 }, {}, {}],
    [
      'response.body.on',
      {
        status: 200,
        headers: { 'content-type': 'text/yaml' },
        body: 'on: yes',
      },
      {},
      null,
    ],
    [
      'response.body.a',
      { status: 200, headers: { 'content-type': 'text/html' }, body: 'a: yes' },
      { responseContentType: 'application/yaml' },
      true,
    ],
    [
      'response.header("x-a")',
      { status: 200, headers: { 'X-A': '1' } },
      {},
      '1',
    ],
    ['response.header("none")', { status: 200 }, {}, ''],
    [
      'response.headers["X-Request-Id"]',
      { status: 200, headers: { 'x-request-id': 'r' } },
      {},
      ['r'],
    ],
    ['response.status', { status: 201 }, {}, 201],
    ['len(response.body)', json(200, [1, 2]), {}, 2],
  ])(
    'gives %s of an answer',
    async (fromExpression, answer, config, expected) => {
      reply = answer;
      await expect(
        run({ ...config, outputs: [{ name: 'x', fromExpression }] }),
      ).resolves.toEqual({ kind: 'succeeded', output: { x: expected } });
    },
  );

  it.each<[string, JsonObject, Reply, string, boolean]>([
    [
      'a success that is no boolean',
      { successExpression: 'response.status' },
      { status: 200 },
      'successExpression must be true or false',
      false,
    ],
    [
      'an expression that cannot be evaluated',
      { successExpression: 'response.a.b' },
      { status: 200 },
      'successExpression cannot be evaluated',
      false,
    ],
    [
      'an expression that is none',
      { successExpression: '1 +' },
      { status: 200 },
      'successExpression is not a valid expression',
      true,
    ],
    [
      'an output that is no expression',
      {
        successExpression: 'true',
        outputs: [{ name: 'x', fromExpression: '(' }],
      },
      { status: 200 },
      'output "x" is not a valid expression',
      true,
    ],
    [
      'a body that is not the JSON it claims to be',
      {},
      {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{',
      },
      'announces JSON',
      false,
    ],
    [
      'a body that is too long',
      {},
      { status: 200, body: Buffer.alloc(3 * 1024 * 1024) },
      '',
      false,
    ],
    [
      'a URL that is none',
      { url: 'http://' },
      { status: 200 },
      'valid http:// or https:// URL',
      true,
    ],
    [
      'a URL of another kind',
      { url: 'file:///etc/passwd' },
      { status: 200 },
      'valid http:// or https:// URL',
      true,
    ],
    [
      'a body file that is missing',
      { method: 'POST', bodyFromFile: 'none' },
      { status: 200 },
      'cannot read "none"',
      true,
    ],
    [
      'a timeout that is none',
      { timeout: 'abc 10s x' },
      { status: 200 },
      'is not a duration',
      true,
    ],
    [
      'a pause that is none',
      { pollInterval: 'abc 10s x', successExpression: 'false' },
      { status: 200 },
      'is not a duration',
      false,
    ],
    [
      'a link-local address',
      { url: 'http://169.254.169.254/' },
      { status: 200 },
      '169.254.169.254',
      false,
    ],
    [
      'a host that does not answer',
      { url: 'http://127.0.0.1:1/' },
      { status: 200 },
      '127.0.0.1:1',
      false,
    ],
  ])('throws on %s', async (_, config, answer, message, terminal) => {
    reply = answer;
    const error: Error = await run(config).then(
      () => new Error('it succeeded'),
      e => e,
    );
    expect(error.message).not.toBe('it succeeded');
    expect(error.message).toContain(message);
    expect(isTerminalError(error)).toBe(terminal);
  });

  it('gives up on a server that does not answer in time', async () => {
    const takeBack = server.faults.add({ kind: 'hang' });
    await expect(run({ timeout: '50ms' })).rejects.toThrow();
    takeBack();
  });

  it('sends what it is told', async () => {
    await run({
      url: `${server.url}/p?b=2`,
      method: 'POST',
      headers: [
        { name: 'X-A', value: '1' },
        { name: 'X-A', value: '2' },
        { name: 'X-Title', value: 'é → ü' },
        { name: 'Host', value: 'elsewhere' },
        { name: 'Content-Length', value: '1' },
      ],
      queryParams: [
        { name: 'a', value: '1 2' },
        { name: 'c', value: '*(~)' },
      ],
      body: '{"a":1}',
    });
    const [{ request, body }] = seen;
    expect(request.method).toBe('POST');
    expect(`${request.url.pathname}${request.url.search}`).toBe(
      '/p?a=1+2&b=2&c=%2A%28~%29',
    );
    expect(request.headers).toMatchObject({ 'x-a': '1, 2', host: server.host });
    const title = Buffer.from(String(request.headers['x-title']), 'latin1');
    expect(title.toString('utf8')).toBe('é → ü');
    expect(request.headers['content-type']).toBeUndefined();
    expect(body).toBe('{"a":1}');
  });

  it('sends a file of the work folder', async () => {
    await writeFile(path.join(workDir, 'body.bin'), Buffer.from([1, 2, 255]));
    await run({ method: 'PUT', bodyFromFile: '/../body.bin' });
    expect(await seen[0].request.body()).toEqual(Buffer.from([1, 2, 255]));
  });

  it.each<[JsonObject, string]>([
    [{ method: 'get' }, 'method: method must be one of'],
    [{ body: { a: 1 } }, 'body: Invalid type. Expected: string, given: object'],
    [
      { body: 'a', bodyFromFile: 'b' },
      '(root): Must validate one and only one schema (oneOf): give at most one of "body" and "bodyFromFile"',
    ],
    [{ proxy: 'host:80' }, 'proxy: Does not match pattern'],
    [{ timeout: 'soon' }, 'timeout: Does not match pattern'],
    [
      { headers: [{ name: 'x', value: '' }] },
      'headers.0.value: String length must be',
    ],
  ])('refuses %j', async (config, problem) => {
    const outcome = await run(config);
    expect(outcome).toMatchObject({ kind: 'failed', final: true });
    expect('reason' in outcome && outcome.reason).toContain(
      `invalid http config: ${problem}`,
    );
    expect(seen).toEqual([]);
  });

  describe('sends what a server can recognise a repeated request by', () => {
    const keyOf = () => seen.at(-1)?.request.headers['idempotency-key'];
    const post = (config: JsonObject = {}, previousOutput?: JsonObject) =>
      runStep(
        httpStep,
        { url: server.url, method: 'POST', ...config },
        {
          folder: workDir,
          http: client,
          promotionUid: 'u-1',
          alias: 'task::dépôt',
          previousOutput,
        },
      );

    it('the same after a restart', async () => {
      await post();
      const first = keyOf();
      await post();
      expect(keyOf()).toBe(first);
      expect(first).toBe('u-1.task%3A%3Ad%C3%A9p%C3%B4t.0');
    });

    it('another one when it asks again on purpose', async () => {
      const config = { successExpression: 'false' };
      const outcome = await post(config);
      expect(outcome).toMatchObject({ kind: 'waiting', output: { asked: 1 } });
      await post(config, outcome.output);
      expect(keyOf()).toMatch(/\.1$/);
    });

    it('that of the manifest, when there is one', async () => {
      const headers = [{ name: 'idempotency-KEY', value: 'mine' }];
      await post({ headers });
      expect(keyOf()).toBe('mine');
    });

    it.each(['GET', 'HEAD', 'PUT', 'DELETE'])(
      'none with %s, which may be repeated',
      async method => {
        await post({ method });
        expect(keyOf()).toBeUndefined();
      },
    );
  });
});
