import { Promotion } from 'backstage-plugin-kargo-common';
import {
  AnyStep,
  createStep,
  CredentialsLookup,
  SecretText,
} from 'backstage-plugin-kargo-node';
import { Knex } from 'knex';
import { z } from 'zod';
import { composeOutputStep } from '../../builtins/steps/compose-output/runner';
import { setMetadataStep } from '../../builtins/steps/set-metadata/runner';
import { EngineHarness, EngineHarnessOptions } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { createMemoryDatabase } from '../memoryDatabase';

jest.setTimeout(120_000);

const TOKEN = 'Tr0ub4dor&3/xyz+42';
const FORMS = [
  TOKEN,
  TOKEN.toUpperCase(),
  Buffer.from(TOKEN).toString('base64'),
  TOKEN.slice(0, 9),
];

let used: string[] = [];

/** Uses what it is given, and says so. */
const useStep = createStep({
  id: 'use',
  description: 'Uses a token.',
  config: z.object({
    token: z.string(),
    then: z.enum(['succeed', 'fail', 'wait', 'check']),
  }),
  async run({ token, then }, { logger, previousOutput }) {
    used.push(token);
    logger.warn(`used ${token}`);
    switch (then) {
      case 'fail':
        return { kind: 'failed', reason: `401 for ${token}`, final: true };
      case 'wait':
        return previousOutput
          ? { kind: 'succeeded' }
          : { kind: 'waiting', reason: `asked with ${token}`, output: {} };
      case 'check':
        return {
          kind: 'succeeded',
          healthCheck: { uses: 'probe', config: { token } },
        };
      default:
        return { kind: 'succeeded', message: `done with ${token}` };
    }
  },
});

/** Reads a Secret itself, and says what it read. */
const readStep = createStep({
  id: 'read',
  description: 'Reads a Secret.',
  config: z.object({ name: z.string(), shared: z.boolean().default(false) }),
  needs: ['secrets'],
  async run(reference, { logger, secrets }) {
    const found = await secrets.find(reference);
    if (!found) {
      return { kind: 'failed', reason: 'there is none', final: true };
    }
    const token = found.token.reveal();
    used.push(token);
    logger.warn(`read ${token}, printed as ${found.token}`);
    return { kind: 'succeeded', message: `has ${token}`, output: { token } };
  },
});

describe('a secret in the output of a step', () => {
  let knex: Knex;
  let harness: EngineHarness;
  let credentials: CredentialsLookup;

  const start = (options: EngineHarnessOptions = {}) =>
    EngineHarness.create({
      ...options,
      knex,
      credentials,
      steps: [
        composeOutputStep,
        setMetadataStep,
        useStep,
        readStep,
      ] as AnyStep[],
    });

  beforeEach(async () => {
    used = [];
    credentials = { find: async () => undefined };
    knex = createMemoryDatabase();
    harness = await start();
  });
  afterEach(() => harness.stop());

  /** Runs the steps, with a Secret at hand, until nothing moves any more. */
  async function run(...steps: string[]): Promise<Promotion> {
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(
      [
        demoProject('none'),
        demoWarehouse('guestbook'),
        `---
apiVersion: v1
kind: Secret
metadata: {name: api, namespace: demo}
stringData: {token: '${TOKEN}'}
`,
        demoStage(
          'test',
          { guestbook: '{direct: true}' },
          `[${steps.join(', ')}]`,
        ),
      ].join(''),
    );
    await harness.settle();
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    return harness.get('Promotion', metadata.name);
  }

  /** Everything that is in the database. */
  async function dump(): Promise<string> {
    const tables = ['resources', 'resource_changes', 'resource_terms'];
    return JSON.stringify(await Promise.all(tables.map(table => knex(table))));
  }

  async function expectNowhere(): Promise<void> {
    const everything = (await dump()) + harness.log.join('\n');
    for (const form of FORMS) {
      expect(everything).not.toContain(form);
    }
  }

  const publish = (more = '') =>
    `{uses: compose-output, as: login, config: {token: "\${{ secret('api').token }}", who: ann}${more}}`;
  const use = (then: string, value = 'outputs.login.token') =>
    `{uses: use, as: use, config: {token: "\${{ ${value} }}", then: ${then}}}`;

  it('is masked where it is shown and given to the steps that read it', async () => {
    const { status } = await run(publish(), use('succeed'));
    expect(status).toMatchObject({
      phase: 'Succeeded',
      state: { login: { token: '[redacted]', who: 'ann' } },
    });
    expect(used).toEqual([TOKEN]);
    // Nobody needs it any more.
    expect(status).not.toHaveProperty('sealedOutputs');
    await expectNowhere();
  });

  it('is masked, too, where it is the credentials of a repository', async () => {
    const asked: object[] = [];
    credentials.find = async request => {
      asked.push(request);
      return { username: 'robot', password: SecretText.of(TOKEN) };
    };
    const { status } = await run(
      `{uses: compose-output, as: login, config: {token: "\${{ repoCredentials('https://h/o/r.git', 'git').Password }}"}}`,
      use('fail'),
    );
    expect(asked).toEqual([
      { project: 'demo', type: 'git', repoURL: 'https://h/o/r.git' },
    ]);
    expect(used).toEqual([TOKEN]);
    expect(status?.message).toContain('401 for [redacted]');
    await expectNowhere();
  });

  it.each([
    ['of a kind', `'https://h/o/r.git', secret('api').token`],
    ['of a repository', `secret('api').token, 'git'`],
  ])(
    'is not told by an error, where credentials %s are named by it',
    async (_, args) => {
      credentials.find = async () => {
        throw new Error('GitHub does not know the App');
      };
      const value = `repoCredentials(${args}).Password`;
      const { status } = await run(
        use('succeed', value),
        `{uses: use, as: two, if: "\${{ ${value} == '' }}", config: {token: a, then: succeed}}`,
      );
      expect(status?.phase).toBe('Errored');
      expect(status?.message).toContain('[redacted]');
      await expectNowhere();
    },
  );

  it('is not to be had where the credentials of a repository cannot be told: the step says so', async () => {
    credentials.find = async () => {
      throw new Error('GitHub does not know the App');
    };
    const { status } = await run(
      use('succeed', `repoCredentials('https://h/o/r.git', 'git').Password`),
    );
    expect(status).toMatchObject({
      phase: 'Errored',
      message: expect.stringContaining(
        'error getting git credentials for "https://h/o/r.git": GitHub does not know the App',
      ),
    });
    expect(used).toEqual([]);
  });

  it.each([
    ['in capitals', `upper(secret('api').token)`],
    ['as base64', `toBase64(secret('api').token)`],
    ['in parts', `secret('api').token[:9] + '…'`],
    ['inside of something', `'Bearer ' + secret('api').token`],
  ])(
    'is recognised %s, also in what later steps say',
    async (_, expression) => {
      const { status } = await run(
        `{uses: compose-output, as: login, config: {token: "\${{ ${expression} }}"}}`,
        use('fail'),
      );
      expect(status?.phase).toBe('Failed');
      expect(status?.message).toContain('401 for ');
      expect(status?.message).toContain('[redacted]');
      expect(used[0]).not.toContain('[redacted]');
      expect(harness.log.join()).toContain('[redacted]');
      await expectNowhere();
    },
  );

  it('is masked as well when the step reads the Secret itself', async () => {
    const { status } = await run(
      '{uses: read, as: login, config: {name: api}}',
      use('fail'),
    );
    expect(used).toEqual([TOKEN, TOKEN]);
    expect(status).toMatchObject({
      phase: 'Failed',
      state: { login: { token: '[redacted]' } },
    });
    await expectNowhere();
  });

  it.each([
    ['a Secret that is not there', 'name: other'],
    ['credentials of a repository that are shared', 'name: api, shared: true'],
  ])('is not found in %s', async (_, reference) => {
    await harness.apply(`
apiVersion: v1
kind: Secret
metadata:
  name: api
  namespace: kargo-shared-resources
  labels: {kargo.akuity.io/cred-type: git}
stringData: {token: '${TOKEN}', repoURL: 'https://git.example.com/a'}
`);
    const { status } = await run(`{uses: read, config: {${reference}}}`);
    expect(status).toMatchObject({
      phase: 'Failed',
      message: expect.stringContaining('there is none'),
    });
    expect(used).toEqual([]);
  });

  it('is found in a Secret that every project may read', async () => {
    await harness.apply(`
apiVersion: v1
kind: Secret
metadata:
  name: common
  namespace: kargo-shared-resources
  labels: {kargo.akuity.io/cred-type: generic}
stringData: {token: '${TOKEN}'}
`);
    await run('{uses: read, config: {name: common, shared: true}}');
    expect(used).toEqual([TOKEN]);
    await expectNowhere();
  });

  it('is still there after a restart', async () => {
    const waiting = await run(publish(), use('wait'));
    expect(waiting.status).toMatchObject({
      phase: 'Running',
      sealedOutputs: { keyId: expect.any(String) },
    });
    await expectNowhere();
    await harness.restart();
    await harness.advance(600_000);
    const { status } = await harness.get('Promotion', waiting.metadata.name);
    expect(status?.phase).toBe('Succeeded');
    expect(used).toEqual([TOKEN, TOKEN]);
    await expectNowhere();
  });

  it('lets the Promotion wait, and says so, where its key is not known', async () => {
    const waiting = await run(publish(), use('wait'));
    await harness.stop({ keepDatabase: true });
    harness = await start({
      clock: harness.clock,
      encryptionKeys: ['another key, of thirty-two letters'],
    });
    await harness.advance(600_000);
    const told = await harness.get('Promotion', waiting.metadata.name);
    expect(told.status).toMatchObject({
      phase: 'Running',
      message: expect.stringMatching(
        /^the outputs of earlier steps hold secrets and cannot be read: Promotion demo\/test\..* is encrypted with key \w+, which is none of the keys in kargo\.secrets\.encryptionKeys: add the earlier key/,
      ),
    });
    expect(used).toEqual([TOKEN]);
    await harness.stop({ keepDatabase: true });
    harness = await start({ clock: harness.clock });
    await harness.advance(600_000);
    const { status } = await harness.get('Promotion', waiting.metadata.name);
    expect(status?.phase).toBe('Succeeded');
    expect(used).toEqual([TOKEN, TOKEN]);
  });

  it('is under the new key once secrets are, so that the old one can go', async () => {
    const NEW_KEY = 'another key, of thirty-two letters';
    const waiting = await run(publish(), use('wait'));
    await harness.stop({ keepDatabase: true });
    harness = await start({
      clock: harness.clock,
      encryptionKeys: [NEW_KEY, '0123456789abcdef0123456789abcdef'],
    });
    expect(await harness.store.rotateSecrets()).toMatchObject({
      unreadable: [],
    });
    await harness.stop({ keepDatabase: true });
    harness = await start({ clock: harness.clock, encryptionKeys: [NEW_KEY] });
    await harness.advance(600_000);
    const { status } = await harness.get('Promotion', waiting.metadata.name);
    expect(status?.phase).toBe('Succeeded');
    expect(used).toEqual([TOKEN, TOKEN]);
  });

  it('is shown when the step says so', async () => {
    const { status } = await run(publish(', unmasked: true'), use('succeed'));
    expect(status).toMatchObject({
      phase: 'Succeeded',
      state: { login: { token: TOKEN } },
    });
  });

  it.each([
    [
      'metadata of a Stage',
      `{uses: set-metadata, config: {updates: [{kind: Stage, name: test, values: {token: "\${{ outputs.login.token }}"}}]}}`,
      'the metadata of Stage "test" would show a secret to everybody who may read the project; keep it in a Secret, or write "unmasked: true" in the step',
    ],
    [
      'a health check',
      use('check'),
      'the health check of step "use" would show a secret to everybody who may read the project; write "unmasked: true" in the step to have it shown',
    ],
  ])('is not put into %s', async (_, step, message) => {
    const { status } = await run(publish(), step);
    expect(status?.phase).toBe('Errored');
    expect(status?.message).toContain(message);
    await expectNowhere();
  });
});
