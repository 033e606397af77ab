import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretText } from 'backstage-plugin-kargo-node';
import {
  fakeHttp,
  FakeHttpAnswer,
  runStep,
} from 'backstage-plugin-kargo-node/testUtils';
import { createReleaseNotesStep } from './releaseNotes';

const ROUTE = 'GET https://notes.acme.example/apps/web/releases/1.2.0';
const CONFIG = {
  app: 'web',
  version: '1.2.0',
  path: 'out/NOTES.md',
  secretName: 'notes',
};

describe('acme-release-notes', () => {
  const step = createReleaseNotesStep({
    baseURL: 'https://notes.acme.example',
  });
  let base: string;
  let folder: string;

  beforeEach(async () => {
    base = await mkdtemp(join(tmpdir(), 'acme-'));
    folder = join(base, 'files');
    await mkdir(folder);
  });
  afterEach(() => rm(base, { recursive: true }));

  const run = (answer: FakeHttpAnswer, keys: string[] = ['token']) => {
    const http = fakeHttp({ [ROUTE]: answer });
    const values = keys.map(key => [key, SecretText.of('s3cret')]);
    const secrets = { find: async () => Object.fromEntries(values) };
    return { http, ran: runStep(step, CONFIG, { folder, http, secrets }) };
  };

  it('writes what the service says, which knows it by its token', async () => {
    const { http, ran } = run({
      body: { title: 'Web 1.2.0', text: 'Faster.' },
    });
    await expect(ran).resolves.toMatchObject({
      kind: 'succeeded',
      output: { title: 'Web 1.2.0' },
    });
    expect(await readFile(join(folder, 'out/NOTES.md'), 'utf8')).toBe(
      '# Web 1.2.0\n\nFaster.\n',
    );
    expect(http.requests[0].headers).toMatchObject({
      authorization: 'Bearer s3cret',
    });
  });

  it('is tried again, not too early, when the service is busy', async () => {
    const { ran } = run({ status: 503, headers: { 'Retry-After': '60' } });
    await expect(ran).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      retryAt: Date.UTC(2026, 0, 1, 0, 1),
    });
  });

  it.each([
    [404, 'NotFoundError', 'notes.acme.example knows no such release'],
    [401, 'CredentialsRejectedError', 'the token of Secret "notes"'],
  ])('says what a %s means', async (status, name, words) => {
    await expect(run({ status }).ran).rejects.toMatchObject({
      name,
      message: expect.stringContaining(words),
    });
  });

  it('ends when the Secret has no token', async () => {
    await expect(run({}, ['password']).ran).rejects.toMatchObject({
      name: 'TerminalError',
      message: 'Secret "notes" has no key "token"',
    });
  });
});
