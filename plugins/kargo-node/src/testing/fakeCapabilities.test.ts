import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { createStep } from '../contracts/step';
import { fakeHttp } from './fakeHttp';
import { fakePrograms } from './fakePrograms';
import { runStep } from './runStep';

const publishStep = createStep({
  id: 'publish-notes',
  description: 'Makes notes with a program and sends them to a host.',
  config: z.object({ url: z.string() }),
  needs: ['http', 'programs'],
  workspace: 'none',
  async run({ url }, { http, programs }) {
    const { stdout } = await programs.run('notes', {
      args: ['make', { path: 'CHANGELOG.md' }],
    });
    const { status } = await http.send({ url, method: 'POST', body: stdout });
    return status === 201
      ? { kind: 'succeeded' }
      : { kind: 'failed', final: true, reason: `answered ${status}` };
  },
});

const URL = 'https://notes.example.com/v1';

describe('a step that needs http and programs', () => {
  it('runs against what the test gives, and the test sees what it asked', async () => {
    const http = fakeHttp({ [`POST ${URL}`]: { status: 201 } });
    const programs = fakePrograms({ notes: () => 'all new' });
    await expect(
      runStep(publishStep, { url: URL }, { http, programs }),
    ).resolves.toEqual({ kind: 'succeeded' });
    expect(programs.calls).toEqual([
      { program: 'notes', args: ['make', { path: 'CHANGELOG.md' }] },
    ]);
    expect(http.requests).toMatchObject([
      { url: URL, method: 'POST', body: Buffer.from('all new') },
    ]);
  });

  it('is told which answer the test forgot', async () => {
    const programs = fakePrograms({ notes: () => '' });
    await expect(
      runStep(publishStep, { url: URL }, { http: fakeHttp({}), programs }),
    ).rejects.toThrow(`The test gave no answer to 'POST ${URL}'`);
  });
});

describe('fakeHttp', () => {
  it('sends objects as JSON, in one piece or as a stream', async () => {
    const http = fakeHttp({
      'GET https://a.example': { headers: { ETag: 'x' }, body: { a: 1 } },
    });
    const request = { url: 'https://a.example/' };
    const { body, headers } = await http.send(request);
    expect([JSON.parse(body.toString()), headers]).toEqual([
      { a: 1 },
      { etag: ['x'] },
    ]);
    expect(await text((await http.open(request)).body)).toBe('{"a":1}');
  });

  it('refuses what is larger than asked for, and what nobody waits for', async () => {
    const http = fakeHttp({ 'GET https://a.example/': { body: 'too long' } });
    const url = 'https://a.example/';
    await expect(http.send({ url, maxBytes: 3 })).rejects.toThrow(
      'more than 3 bytes',
    );
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(http.send({ url, signal })).rejects.toThrow('stopped');
  });
});

describe('fakePrograms', () => {
  const programs = fakePrograms({
    diff: () => ({ exitCode: 1, stderr: 'they differ' }),
  });

  it('fails as a program does that ends badly', async () => {
    await expect(programs.run('diff', { args: [] })).rejects.toThrow(
      'diff failed with exit code 1: they differ',
    );
    await expect(
      programs.run('diff', { args: [], accept: [1] }),
    ).resolves.toMatchObject({ exitCode: 1, stderr: 'they differ' });
  });

  it('has no other programs', async () => {
    expect([await programs.has('diff'), await programs.has('sh')]).toEqual([
      true,
      false,
    ]);
    await expect(programs.run('sh', { args: [] })).rejects.toMatchObject({
      name: 'TerminalError',
    });
  });
});
