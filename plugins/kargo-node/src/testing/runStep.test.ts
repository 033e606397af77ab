import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JsonObject } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { createStep, StepOutcome } from '../contracts/step';
import { runStep } from './runStep';

const echoStep = createStep({
  id: 'echo',
  description: 'Returns what it was told.',
  config: z.object({ text: z.string().min(1) }),
  needs: ['credentials'],
  async run(config, { credentials }) {
    const repoURL = 'https://git.example.com/r';
    const found = await credentials.find({ type: 'git', repoURL });
    return {
      kind: 'succeeded',
      output: { text: config.text, username: found?.username ?? '' },
    };
  },
});

const shoutStep = createStep({
  id: 'shout',
  description: 'Writes a file in capitals.',
  config: z.object({ path: z.string() }),
  needs: ['files'],
  workspace: 'writes',
  async run({ path }, { files }) {
    await files.write(path, (await files.readText(path)).toUpperCase());
    return { kind: 'succeeded' };
  },
});

const nosyStep = createStep({
  id: 'nosy',
  description: 'Says what it finds in its context.',
  config: z.object({}),
  needs: ['files'],
  workspace: 'none',
  run: async (_, context) => ({
    kind: 'succeeded',
    output: {
      capabilities: [
        'controlPlane',
        'credentials',
        'files',
        'git',
        'http',
        'programs',
      ].filter(name => name in context),
    },
  }),
});

describe('runStep', () => {
  let base: string;
  let folder: string;

  beforeAll(() => {
    base = mkdtempSync(join(tmpdir(), 'kargo-run-step-'));
    folder = join(base, 'files');
    mkdirSync(folder);
  });

  afterAll(() => rmSync(base, { recursive: true }));

  it('runs the step with the capabilities that the test gives', async () => {
    const credentials = { find: async () => ({ username: 'ada' }) };
    await expect(
      runStep(echoStep, { text: 'hi' }, { credentials }),
    ).resolves.toEqual({
      kind: 'succeeded',
      output: { text: 'hi', username: 'ada' },
    });
  });

  it('gives the real files of a folder, with all their rules', async () => {
    writeFileSync(join(folder, 'f'), 'hello');
    await runStep(shoutStep, { path: '/../f' }, { folder });
    expect(readFileSync(join(folder, 'f'), 'utf8')).toBe('HELLO');
    await expect(
      runStep(shoutStep, { path: '.git/config' }, { folder }),
    ).rejects.toThrow('leads into ".git"');
  });

  it('gives exactly what the step declares', async () => {
    await expect(runStep(nosyStep, {}, { folder })).resolves.toMatchObject({
      output: { capabilities: ['files'] },
    });
  });

  it('fails finally on a configuration that the schema refuses', async () => {
    await expect(runStep(echoStep, { text: '' })).resolves.toEqual({
      kind: 'failed',
      final: true,
      reason:
        'invalid echo config: text: String length must be greater than or equal to 1',
    });
  });

  it.each<[string, unknown, string]>([
    [
      'an answer that is no outcome',
      { kind: 'done' },
      'what is no outcome: kind',
    ],
    [
      'an output without names',
      { kind: 'succeeded', output: ['a'] },
      'an output that is no object with names',
    ],
    [
      'an output that is no JSON',
      { kind: 'succeeded', output: { size: 1n } },
      'an output that is no JSON',
    ],
  ])('refuses %s, as a Promotion does', async (_, answer, message) => {
    const oddStep = createStep({
      id: 'odd',
      description: 'Answers oddly.',
      config: z.object({}),
      run: async () => answer as StepOutcome,
    });
    await expect(runStep(oddStep, {})).rejects.toThrow(
      `the step 'odd' answered ${message}`,
    );
  });

  it('turns an output into what a Promotion keeps of it', async () => {
    const datedStep = createStep({
      id: 'dated',
      description: 'Tells of a day.',
      config: z.object({}),
      run: async () => ({
        kind: 'succeeded',
        output: { day: new Date(0), none: undefined } as unknown as JsonObject,
      }),
    });
    await expect(runStep(datedStep, {})).resolves.toStrictEqual({
      kind: 'succeeded',
      output: { day: '1970-01-01T00:00:00.000Z' },
    });
  });

  it('names a capability that the test forgot', async () => {
    await expect(runStep(echoStep, { text: 'hi' })).rejects.toThrow(
      "The test gave no capability 'credentials'; pass it as 'credentials'",
    );
    await expect(runStep(shoutStep, { path: 'f' })).rejects.toThrow(
      "The test gave no capability 'files'; pass it as 'folder'",
    );
  });
});
