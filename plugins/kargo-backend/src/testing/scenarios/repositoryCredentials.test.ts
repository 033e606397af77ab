import { generateKeyPairSync } from 'node:crypto';
import { ConfigReader } from '@backstage/config';
import {
  AnyStep,
  createStep,
  CredentialsLookup,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { buildCredentials } from '../../wiring/buildCredentials';
import { createRegistries } from '../../wiring/buildRegistries';
import { readConfig } from '../../wiring/readConfig';
import { EngineHarness } from '../EngineHarness';
import { FakeHosts, HostRequest, jsonReply } from '../FakeHosts';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';
import { verifyJwt } from '../signatures';
import { mockLogger } from '../mockLogger';

jest.setTimeout(120_000);

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
});
const PEM = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const MINT = 'POST api.github.com/app/installations/42/access_tokens';
const CHECK = 'GET api.github.com/repos/acme/config';
const TOKEN = 'ghs_0123456789abcdefghij';
const PORTAL = 'glpat-of-the-whole-portal';
const CONFIG = `'https://github.com/acme/config.git'`;

const APP = `---
apiVersion: v1
kind: Secret
metadata:
  name: app
  namespace: demo
  labels: {kargo.akuity.io/cred-type: git}
stringData:
  repoURL: https://github.com/acme/config.git
  githubAppClientID: Iv1.abc
  githubAppInstallationID: "42"
  githubAppPrivateKey: ${JSON.stringify(PEM)}
`;

/** Gives a token for the repositories that are asked for to whoever proves to be the app. */
function mint({ headers, body }: HostRequest) {
  const { claims } = verifyJwt(
    headers.authorization.replace(/^Bearer /, ''),
    publicKey,
  );
  expect(claims).toMatchObject({ iss: 'Iv1.abc' });
  expect(JSON.parse(body)).toMatchObject({ repositories: ['config'] });
  return jsonReply({ token: TOKEN, expires_at: '2099-01-01T00:00:00Z' }, 201);
}

describe('repoCredentials() in a step of a project with a GitHub App', () => {
  let hosts: FakeHosts;
  let harness: EngineHarness;
  let used: unknown[];
  let credentials: CredentialsLookup;

  beforeEach(async () => {
    hosts = await FakeHosts.start();
    hosts.on(MINT, mint).on(CHECK, () => jsonReply({}));
    used = [];
    // It reads the store of the harness that it is given to.
    const late: { lookup?: CredentialsLookup } = {};
    harness = await EngineHarness.create({
      credentials: {
        find: (request, options) =>
          late.lookup?.find(request, options) ?? Promise.resolve(undefined),
      },
      steps: [
        createStep({
          id: 'use',
          description: 'Remembers what it is told.',
          config: z.looseObject({ value: z.unknown() }),
          run: async ({ value }) => {
            used.push(value);
            return { kind: 'succeeded' };
          },
        }) as AnyStep,
      ],
    });
    credentials = buildCredentials({
      config: readConfig(new ConfigReader({})),
      rootConfig: new ConfigReader({
        integrations: {
          gitlab: [
            {
              host: 'gitlab.corp',
              apiBaseUrl: 'https://gitlab.corp/api/v4',
              token: PORTAL,
            },
          ],
        },
      }),
      registries: createRegistries(),
      store: harness.store,
      clock: harness.clock,
      fetch: hosts.fetch,
      logger: mockLogger(),
    });
    late.lookup = credentials;
    harness.publish(imageOf('web'), '1.0.0');
    await harness.apply(demoProject('none') + APP + demoWarehouse('web'));
    await harness.settle();
  });
  afterEach(async () => {
    await harness.stop();
    await hosts.close();
  });

  /** Promotes with a step that uses each of the expressions. */
  async function use(...expressions: string[]) {
    const steps = expressions.map(
      expression => `{uses: use, config: {value: "\${{ ${expression} }}"}}`,
    );
    await harness.apply(
      demoStage('test', { web: '{direct: true}' }, `[${steps.join(', ')}]`),
    );
    const [freight] = await harness.list('Freight');
    const { metadata } = await harness.promote('test', freight.metadata.name);
    await harness.settle();
    const { status } = await harness.get('Promotion', metadata.name);
    return status;
  }

  it('is a token of the installation for that repository, and never the key', async () => {
    const status = await use(
      `repoCredentials(${CONFIG}, 'git').Username + ' ' + repoCredentials(${CONFIG}, 'git').Password`,
    );
    expect(status?.phase).toBe('Succeeded');
    expect(used).toEqual([`kargo ${TOKEN}`]);
    expect(hosts.routes).toEqual([MINT, CHECK]);
    const stored = JSON.stringify([
      await harness.list('Promotion'),
      await harness.list('Event'),
    ]);
    expect(stored).not.toContain(TOKEN);
    expect(stored).not.toContain('PRIVATE KEY');
  });

  it('asks for one token, however many steps need it', async () => {
    const password = `repoCredentials(${CONFIG}, 'git').Password`;
    await use(password, password);
    expect(used).toEqual([TOKEN, TOKEN]);
    expect(hosts.routes).toEqual([MINT, CHECK]);
  });

  it('is nothing for a repository and for a type that the App is not for', async () => {
    const status = await use(
      `repoCredentials('https://none.example/x', 'git') == nil`,
      `repoCredentials(${CONFIG}, 'image') == nil`,
      `repoCredentials('https://none.example/x', 'git')?.Password ?? 'anonymous'`,
    );
    expect(status?.phase).toBe('Succeeded');
    expect(used).toEqual([true, true, 'anonymous']);
    expect(hosts.routes).toEqual([]);
  });

  it("is nothing of the portal's own, which steps use without reading it", async () => {
    const status = await use(
      `repoCredentials('https://gitlab.corp/o/r.git', 'git') == nil`,
    );
    expect(status?.phase).toBe('Succeeded');
    expect(used).toEqual([true]);
    await expect(
      credentials.find({
        project: 'demo',
        type: 'git',
        repoURL: 'https://gitlab.corp/o/r.git',
      }),
    ).resolves.toMatchObject({ username: 'oauth2' });
  });

  it('fails the step where GitHub gives no token, and names the repository', async () => {
    hosts.on(MINT, () => jsonReply({ message: 'Not Found' }, 404));
    const status = await use(`repoCredentials(${CONFIG}, 'git').Password`);
    expect(status).toMatchObject({
      phase: 'Errored',
      message: expect.stringContaining(
        'error getting git credentials for "https://github.com/acme/config.git"',
      ),
    });
    expect(used).toEqual([]);
  });
});
