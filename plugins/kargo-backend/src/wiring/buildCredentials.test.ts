import { TestDatabases } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { SqlWorkQueue } from '../adapters/queue/SqlWorkQueue';
import { migrateDatabase } from '../adapters/store/migrate';
import { SecretCipher } from '../adapters/store/SecretCipher';
import { SqlResourceStore } from '../adapters/store/SqlResourceStore';
import { FakeClock } from '../testing/FakeClock';
import { FakeHosts, jsonReply } from '../testing/FakeHosts';
import { buildCredentials } from './buildCredentials';
import { createRegistries } from './buildRegistries';
import { readConfig } from './readConfig';
import { mockLogger } from '../testing/mockLogger';

jest.setTimeout(60_000);

const databases = TestDatabases.create({ ids: ['SQLITE_3'] });
const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app';
const VARIABLES = {
  AWS_REGION: 'eu-west-1',
  AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/portal',
  AWS_WEB_IDENTITY_TOKEN_FILE: __filename,
};

describe('buildCredentials', () => {
  let hosts: FakeHosts;

  beforeEach(async () => {
    hosts = await FakeHosts.start();
    jest.replaceProperty(process, 'env', { ...process.env, ...VARIABLES });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await hosts.close();
  });

  async function buildWith(kargo: JsonObject) {
    const knex = await databases.init('SQLITE_3');
    await migrateDatabase(knex);
    const clock = FakeClock.create();
    const data = {
      kargo,
      integrations: {
        gitea: [
          { host: 'gitea.corp', username: 'portal', password: 'pw' },
          { host: '127.0.0.1:3000', username: 'local', password: 'pw' },
        ],
      },
    };
    return buildCredentials({
      config: readConfig(new ConfigReader(data)),
      rootConfig: new ConfigReader(data),
      registries: createRegistries(),
      store: SqlResourceStore.create({
        ...{ knex, clock, indexes: [], wakeups: () => [] },
        queue: SqlWorkQueue.create({ knex, clock }),
        secrets: SecretCipher.create({ keys: [] }),
      }),
      clock,
      fetch: hosts.fetch,
      logger: mockLogger(),
    });
  }

  it.each<[JsonObject, string, string | undefined]>([
    [{}, 'https://gitea.corp/o/r', 'portal'],
    [
      { credentials: { useIntegrations: false } },
      'https://gitea.corp/o/r',
      undefined,
    ],
    [{}, 'http://gitea.corp/o/r', undefined],
    [
      { credentials: { plainHttpHosts: ['Gitea.corp'] } },
      'http://gitea.corp/o/r',
      'portal',
    ],
    [{}, 'http://127.0.0.1:3000/o/r', undefined],
    [{ egress: { allowLoopback: true } }, 'http://127.0.0.1:3000/o/r', 'local'],
  ])('with %j gives %s the user %p', async (kargo, repoURL, username) => {
    const credentials = await buildWith(kargo);
    const found = await credentials.find({
      ...{ project: 'p', type: 'git', repoURL },
    });
    expect(found?.username).toBe(username);
  });

  it('uses identities of the environment only when it is told to', async () => {
    hosts.on('POST sts.eu-west-1.amazonaws.com/', () =>
      jsonReply({ Error: { Code: 'ExpiredToken' } }, 400),
    );
    const request = { project: 'p', type: 'image', repoURL: ECR } as const;
    expect(await (await buildWith({})).find(request)).toBeUndefined();
    expect(hosts.asked).toEqual([]);
    const ambient = { credentials: { useAmbientIdentities: true } };
    await expect((await buildWith(ambient)).find(request)).rejects.toThrow(
      /ExpiredToken/,
    );
  });
});
