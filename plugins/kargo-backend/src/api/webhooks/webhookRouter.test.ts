import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { NotFoundError } from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { receiverPath } from '../../logic/webhooks/receiverPath';
import { ApiHarness } from '../../testing/ApiHarness';
import { StoreUnavailableError } from '../../ports/StoreUnavailableError';
import { whileRefused, withoutRoomToRead } from '../../testing/busyThreads';
import { hmacOf } from '../../testing/webhookRequest';

jest.setTimeout(120_000);

const PROJECT = 'demo';
const SECRET = 's3cr3t';
const PATH = receiverPath({
  ...{ type: 'github', project: PROJECT, name: 'gh' },
  secret: Buffer.from(SECRET),
});

const MANIFESTS = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ${PROJECT}}
---
apiVersion: v1
kind: Secret
metadata: {name: github, namespace: ${PROJECT}}
stringData: {secret: ${SECRET}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: ${PROJECT}, namespace: ${PROJECT}}
spec:
  webhookReceivers:
  - {name: gh, github: {secretRef: {name: github}}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: ${PROJECT}}
spec:
  subscriptions:
  - git: {repoURL: https://git.example/acme/app, branch: main}
`;

const PUSH = JSON.stringify({
  ref: 'refs/heads/main',
  repository: { clone_url: 'https://git.example/Acme/app.git' },
  commits: [],
});

/** The API in a portal, whose engine the test plays. */
describe('webhooks in a portal', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(MANIFESTS);
    await tellPath(PROJECT, PATH, 'gh');
  });

  beforeEach(() => api.reset());

  /** What the controller of the config would have written. */
  async function tellPath(project: string, path: string, name: string) {
    await api.store.patchStatus(
      { kind: 'ProjectConfig', namespace: project, name: project },
      { webhookReceivers: [{ name, path, url: `${api.baseUrl}${path}` }] },
    );
  }

  function send(
    path: string,
    body: string | Uint8Array<ArrayBuffer> = PUSH,
    secret = SECRET,
  ) {
    return fetch(`${api.baseUrl}${path}`, {
      method: 'POST',
      headers: {
        'x-github-event': 'push',
        'x-hub-signature-256': `sha256=${hmacOf(body, secret)}`,
      },
      body,
    });
  }

  it('need no token, and ask no permission', async () => {
    api.world.policy = () => ({ result: AuthorizeResult.DENY });
    const response = await send(PATH);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ msg: 'refreshed 1 warehouse(s)' });
    const { metadata } = await api.get('Warehouse', PROJECT, 'app');
    expect(metadata.annotations?.['kargo.akuity.io/refresh']).toMatch(
      /^2026-05-01T10:00:00Z/,
    );
    expect(api.permissionRequests).toEqual([]);
    expect(api.audits).toEqual([]);
  });

  it('are signed byte by byte, whatever text they make', async () => {
    const body = Buffer.concat([
      Buffer.from('\ufeff'),
      Buffer.from(`${PUSH.slice(0, -1)}, "é":\r\n "\u00e9" }\n`),
    ]);
    expect((await send(PATH, body)).status).toBe(200);
    expect((await send(PATH, body.subarray(3), SECRET)).status).toBe(200);
    const other = await fetch(`${api.baseUrl}${PATH}`, {
      method: 'POST',
      headers: {
        'x-github-event': 'push',
        'x-hub-signature-256': `sha256=${hmacOf(body.subarray(3), SECRET)}`,
      },
      body,
    });
    expect(other.status).toBe(401);
  });

  it('are told of to whoever may read the project, and to nobody else', async () => {
    await send(PATH, PUSH, 'wrong');
    const { status, body } = await api.send(
      'GET',
      `/projects/${PROJECT}/webhook-deliveries`,
    );
    expect(status).toBe(200);
    expect(body.items[0]).toEqual({
      receiver: 'gh',
      type: 'github',
      at: '2026-05-01T10:00:00Z',
      event: 'push',
      status: 401,
      outcome: 'Refused',
      message: 'unauthorized',
    });
    api.world.policy = () => ({ result: AuthorizeResult.DENY });
    const denied = await api.send(
      'GET',
      `/projects/${PROJECT}/webhook-deliveries`,
    );
    expect(denied.status).toBe(404);
    const system = await api.send('GET', '/system/webhook-deliveries');
    expect(system.status).toBe(403);
  });

  it('that come while the database is away are to be sent again', async () => {
    const list = jest
      .spyOn(api.store, 'list')
      .mockRejectedValueOnce(new StoreUnavailableError('It is away'));
    const refused = await send(PATH, PUSH);
    list.mockRestore();
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.json()).toEqual({});
  });

  it.each([
    ['has gone meanwhile', new NotFoundError('It is not there'), 200],
    ['cannot be written', new Error('The disk is full'), 500],
  ])('are answered where a Warehouse %s', async (_, error, status) => {
    const write = jest.spyOn(api.store, 'write').mockRejectedValueOnce(error);
    expect((await send(PATH)).status).toBe(status);
    write.mockRestore();
  });

  it('that no thread has time to read are to be sent again', async () => {
    const large = JSON.stringify({
      ...JSON.parse(PUSH),
      commits: [{ id: 'a', message: 'x'.repeat(70_000) }],
    });
    const refused = await withoutRoomToRead(
      () => send(PATH, large),
      'requests',
    );
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    // What steps have read does not count.
    const taken = await withoutRoomToRead(
      () => whileRefused(() => send(PATH, large)),
      'work',
    );
    expect(taken.status).toBe(200);
  });

  it('of an address that two projects have belong to neither', async () => {
    // Project and name are hashed without anything between them.
    const twins = [
      ['ab', 'cd'],
      ['abc', 'd'],
    ];
    const paths = twins.map(([project, name]) =>
      receiverPath({ type: 'github', project, name, secret: Buffer.from('k') }),
    );
    expect(paths[0]).toBe(paths[1]);
    for (const [project, name] of twins) {
      await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ${project}}
---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: ${project}}
stringData: {secret: k}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: ${project}, namespace: ${project}}
spec:
  webhookReceivers: [{name: ${name}, github: {secretRef: {name: s}}}]
`);
      await tellPath(project, paths[0], name);
    }
    expect((await send(paths[0], PUSH, 'k')).status).toBe(404);
  });

  it('fail, and say no more, when their Secret is gone', async () => {
    await api.store.delete({
      kind: 'Secret',
      namespace: PROJECT,
      name: 'github',
    });
    const response = await send(PATH);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({});
    const { body } = await api.send(
      'GET',
      `/projects/${PROJECT}/webhook-deliveries`,
    );
    expect(body.items[0]).toMatchObject({
      status: 500,
      outcome: 'Failed',
      message:
        "Receiver 'gh': Secret 'github' in namespace 'demo' does not exist; create it there",
    });
    await api.apply(MANIFESTS);
  });

  it('have no headers but those that were sent', async () => {
    const project = 'names';
    const path = receiverPath({
      ...{ type: 'generic', project, name: 'any' },
      secret: Buffer.from('k'),
    });
    await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: ${project}}
---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: ${project}}
stringData: {secret: k}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: ${project}, namespace: ${project}}
spec:
  webhookReceivers:
  - name: any
    generic:
      secretRef: {name: s}
      actions:
      - action: Refresh
        whenExpression: len(request.headers('constructor')) == 0
      - action: Refresh
        whenExpression: request.headers('X-Github-Event') == ['push']
`);
    await tellPath(project, path, 'any');

    const response = await send(path);

    const matched = { result: 'Success', matchedWhenExpression: true };
    expect(await response.json()).toMatchObject({
      results: [matched, matched],
    });
  });

  /** A sender who announces a body and sends one byte of it. */
  function sendSlowly(bytes: number) {
    const { hostname, port, pathname } = new URL(api.baseUrl);
    const socket = connect(Number(port), hostname);
    socket.write(
      [
        `POST ${pathname}${PATH} HTTP/1.1`,
        'Host: portal',
        'X-GitHub-Event: push',
        `Content-Length: ${bytes}`,
        '',
        '{',
      ].join('\r\n'),
    );
    return { socket, answer: text(socket), closed: once(socket, 'close') };
  }

  async function untilReceiving(bodies: number) {
    while (api.clock.sleepers < bodies) {
      await nextTurn();
    }
  }

  it('are given up when their body does not come', async () => {
    const { socket, answer, closed } = sendSlowly(100);
    try {
      await untilReceiving(1);
      await api.clock.advance(10_000);
      expect(await answer).toMatch(
        /^HTTP\/1\.1 408[^]*the body did not arrive within 10 seconds/,
      );
      await closed;
    } finally {
      socket.destroy();
    }
  });

  it('come through although slow senders hold all the room there is', async () => {
    const slow = Array.from({ length: 8 }, () => sendSlowly(2 * 1024 * 1024));
    try {
      await untilReceiving(8);
      const refused = await send(PATH);
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toBe('1');
      await api.clock.advance(1000);
      expect((await send(PATH)).status).toBe(200);
      expect(await Promise.race(slow.map(({ answer }) => answer))).toMatch(
        /^HTTP\/1\.1 408[^]*the body came too slowly while others waited/,
      );
      expect(api.clock.sleepers).toBe(7);
    } finally {
      slow.forEach(({ socket }) => socket.destroy());
      await Promise.allSettled(
        slow.flatMap(({ answer, closed }) => [answer, closed]),
      );
    }
  });
});
