import {
  CredentialProviderContext,
  CredentialRequest,
  CredentialType,
} from 'backstage-plugin-kargo-node';
import { Reply } from 'kargo-test';
import { FakeHosts, HostRequest, jsonReply } from '../../../testing/FakeHosts';
import { verifySigV4 } from '../../../testing/signatures';
import { CloudEnvironment } from '../shared/CloudEnvironment';
import { createEcrProvider } from './provider';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const EXPIRES = NOW / 1000 + 43_200;
const APP = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/app';
const ECR = 'POST api.ecr.eu-west-1.amazonaws.com/';
const STS = 'POST sts.eu-central-1.amazonaws.com/';
const AGENT = 'GET 169.254.170.23/v1/credentials';
const DATA = {
  awsRegion: 'eu-west-1',
  awsAccessKeyID: 'AKIASECRET',
  awsSecretAccessKey: 'secret-of-AKIASECRET',
};

function requestFor(repoURL: string, type: CredentialType = 'image') {
  return { project: 'demo', type, repoURL };
}

/** Every key of this cloud has the secret `secret-of-<id>` and, if temporary, a token. */
function callerOf(request: HostRequest, service: string) {
  const [, id = ''] =
    /Credential=([^/]+)/.exec(request.headers.authorization) ?? [];
  const signed = verifySigV4(request, `secret-of-${id}`);
  expect(signed.service).toBe(service);
  const token = request.headers['x-amz-security-token'];
  if (id !== 'AKIASECRET') expect(token).toBe(`session-of-${id}`);
  return { ...signed, id };
}

function keysOf(id: string) {
  return {
    AccessKeyId: id,
    SecretAccessKey: `secret-of-${id}`,
    SessionToken: `session-of-${id}`,
    Expiration: EXPIRES,
  };
}

function registryToken(request: HostRequest): Reply {
  const { id, region } = callerOf(request, 'ecr');
  expect(request.headers['x-amz-target']).toBe(
    'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
  );
  expect(request.headers['content-type']).toBe('application/x-amz-json-1.1');
  return jsonReply({
    authorizationData: [
      {
        authorizationToken: Buffer.from(
          `AWS:password:for ${id} in ${region}`,
        ).toString('base64'),
        expiresAt: EXPIRES,
        proxyEndpoint: 'https://ignored.example.com',
      },
    ],
  });
}

function denied(code: string, status: number): Reply {
  return status === 403
    ? jsonReply({ Error: { Code: code, Message: 'no' } }, status)
    : jsonReply({ __type: code, message: 'no' }, status);
}

describe('ECR credentials', () => {
  let hosts: FakeHosts;
  let context: CredentialProviderContext;

  beforeEach(async () => {
    hosts = await FakeHosts.start();
    hosts.on(ECR, registryToken);
    context = { now: () => NOW, fetch: hosts.fetch };
  });

  afterEach(() => hosts.close());

  it.each<[string, CredentialType, object, boolean]>([
    [APP, 'image', DATA, true],
    [`oci://${APP}`, 'helm', DATA, true],
    [APP.toUpperCase(), 'image', DATA, true],
    [APP, 'git', DATA, false],
    [APP, 'image', { ...DATA, awsRegion: '' }, false],
    [APP, 'image', { ...DATA, awsAccessKeyID: '' }, false],
    [APP, 'image', { ...DATA, awsSecretAccessKey: '' }, false],
    ['public.ecr.aws/nginx/nginx', 'image', DATA, false],
    ['1234.dkr.ecr.eu-west-1.amazonaws.com/app', 'image', DATA, false],
    ['123456789012.dkr.ecr.evil.com/x.amazonaws.com/app', 'image', DATA, false],
  ])('%s as %s with %j: applies %p', (url, type, data, expected) => {
    expect(
      createEcrProvider({}).appliesTo(
        requestFor(url, type),
        data as Record<string, string>,
      ),
    ).toBe(expected);
  });

  describe('by access key', () => {
    const provider = createEcrProvider({});

    it('are a password of the region that the Secret names', async () => {
      const data = { ...DATA, awsRegion: 'us-east-2' };
      hosts.on('POST api.ecr.us-east-2.amazonaws.com/', registryToken);
      const found = await provider.resolve(requestFor(APP), data, context);
      expect(found?.username).toBe('AWS');
      expect(found?.password?.reveal()).toBe(
        'password:for AKIASECRET in us-east-2',
      );
      expect(found?.expiresAt).toBe(EXPIRES * 1000);
    });

    it('are signed for the time of the clock', async () => {
      await provider.resolve(requestFor(APP), DATA, context);
      expect(callerOf(hosts.asked[0], 'ecr').date).toBe('20260101T000000Z');
    });

    it('last ten hours when AWS does not say', async () => {
      hosts.on(ECR, () =>
        jsonReply({ authorizationData: [{ authorizationToken: 'QVdTOng=' }] }),
      );
      const found = await provider.resolve(requestFor(APP), DATA, context);
      expect(found?.expiresAt).toBe(NOW + 36_000_000);
    });

    it('are refused with the code of AWS when the key is wrong', async () => {
      hosts.on(ECR, request => {
        try {
          return registryToken(request);
        } catch {
          return denied('com.amazonaws#InvalidSignatureException', 400);
        }
      });
      const data = { ...DATA, awsSecretAccessKey: 'another' };
      await expect(
        provider.resolve(requestFor(APP), data, context),
      ).rejects.toMatchObject({
        name: 'CredentialsRejectedError',
        message:
          'api.ecr.eu-west-1.amazonaws.com answered 400 (InvalidSignatureException): it refuses to give a token',
      });
    });

    it.each(['eu-west-1.evil.com/', 'a b', '@evil'])(
      'are not asked for in a region %j',
      async awsRegion => {
        await expect(
          provider.resolve(requestFor(APP), { ...DATA, awsRegion }, context),
        ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
        expect(hosts.asked).toEqual([]);
      },
    );

    it('are shared by all repositories and projects of a Secret', () => {
      const audienceOf = (request: CredentialRequest) =>
        provider.audience?.(request, DATA);
      expect(audienceOf(requestFor(APP))).toBe(
        audienceOf({ ...requestFor(`${APP}2`), project: 'other' }),
      );
    });
  });

  describe('by the identity of the environment', () => {
    /** Who may do what: `assume <role>` or `ecr <id>`; everything else is denied. */
    let allowed: Set<string>;

    const irsa = {
      AWS_REGION: 'eu-central-1',
      AWS_ROLE_ARN: 'arn:aws:iam::999999999999:role/kargo',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token',
    };
    const podIdentity = {
      AWS_REGION: 'eu-central-1',
      AWS_CONTAINER_CREDENTIALS_FULL_URI:
        'http://169.254.170.23/v1/credentials',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/pod-token',
    };

    function providerIn(variables: Record<string, string>) {
      const environment: CloudEnvironment = {
        variables,
        readFile: async path => `content of ${path}\n`,
        fetch: hosts.fetch,
      };
      return createEcrProvider({ environment });
    }

    function answerSts(request: HostRequest): Reply {
      const form = new URLSearchParams(request.body);
      const action = form.get('Action');
      if (action === 'AssumeRoleWithWebIdentity') {
        expect(request.headers.authorization).toBeUndefined();
        expect(form.get('WebIdentityToken')).toBe('content of /var/run/token');
        expect(form.get('RoleArn')).toBe(irsa.AWS_ROLE_ARN);
        return jsonReply({
          AssumeRoleWithWebIdentityResponse: {
            AssumeRoleWithWebIdentityResult: { Credentials: keysOf('OWN') },
          },
        });
      }
      const { id } = callerOf(request, 'sts');
      expect(id).toBe('OWN');
      if (action === 'GetCallerIdentity') {
        return jsonReply({
          GetCallerIdentityResponse: {
            GetCallerIdentityResult: {
              Account: '999999999999',
              Arn: 'arn:aws:sts::999999999999:assumed-role/kargo/x',
            },
          },
        });
      }
      expect(form.get('RoleSessionName')).toBe('kargo-controller');
      expect(form.get('ExternalId')).toBe('kargo-project-demo');
      const role = form.get('RoleArn') ?? '';
      return allowed.has(`assume ${role}`)
        ? jsonReply({
            AssumeRoleResponse: {
              AssumeRoleResult: { Credentials: keysOf(role.split(':')[4]) },
            },
          })
        : denied('AccessDenied', 403);
    }

    beforeEach(() => {
      allowed = new Set();
      hosts.on(STS, answerSts);
      hosts.on(AGENT, ({ headers }) => {
        const { SessionToken: Token, ...keys } = keysOf('OWN');
        return headers.authorization === 'content of /var/run/pod-token'
          ? jsonReply({ ...keys, Token })
          : { status: 401 };
      });
      hosts.on(ECR, request =>
        allowed.has(`ecr ${callerOf(request, 'ecr').id}`)
          ? registryToken(request)
          : denied('com.amazonaws#AccessDeniedException', 400),
      );
    });

    const THERE = 'assume arn:aws:iam::123456789012:role/kargo-project-demo';
    const HERE = 'assume arn:aws:iam::999999999999:role/kargo-project-demo';

    it.each([
      [
        "the role in the registry's account",
        [THERE, 'ecr 123456789012'],
        '123456789012',
      ],
      [
        "the role in the portal's account",
        [HERE, 'ecr 999999999999'],
        '999999999999',
      ],
      [
        'the first of two roles',
        [THERE, HERE, 'ecr 123456789012', 'ecr 999999999999'],
        '123456789012',
      ],
      [
        'the second role when the first may not read',
        [THERE, HERE, 'ecr 999999999999'],
        '999999999999',
      ],
      ['the portal itself', ['ecr OWN'], 'OWN'],
      ['nobody', [], undefined],
    ])('are those of %s', async (_, permissions, id) => {
      allowed = new Set(permissions);
      const found = await providerIn(irsa).resolve(
        requestFor(APP),
        undefined,
        context,
      );
      expect(found?.password?.reveal()).toBe(
        id && `password:for ${id} in eu-west-1`,
      );
    });

    it('come from the agent of EKS Pod Identity as well', async () => {
      allowed = new Set(['ecr OWN']);
      const found = await providerIn(podIdentity).resolve(
        requestFor(APP),
        undefined,
        context,
      );
      expect(found?.password?.reveal()).toBe('password:for OWN in eu-west-1');
      expect(hosts.routes[0]).toBe(AGENT);
    });

    it('ask for a role once when both accounts are one', async () => {
      allowed = new Set(['ecr OWN']);
      await providerIn(irsa).resolve(
        requestFor(APP.replace('123456789012', '999999999999')),
        undefined,
        context,
      );
      const roles = hosts.asked.filter(({ body }) =>
        body.includes('Action=AssumeRole&'),
      );
      expect(roles).toHaveLength(1);
    });

    it('do not fall back when AWS is in trouble', async () => {
      allowed = new Set(['ecr OWN']);
      hosts.on(STS, request =>
        request.body.includes('Action=AssumeRole&')
          ? { status: 503 }
          : answerSts(request),
      );
      await expect(
        providerIn(irsa).resolve(requestFor(APP), undefined, context),
      ).rejects.toMatchObject({ name: 'UpstreamUnavailableError' });
    });

    it('do not fall back when the request itself is wrong', async () => {
      allowed = new Set(['ecr OWN']);
      hosts.on(STS, request =>
        request.body.includes('Action=AssumeRole&')
          ? denied('ValidationError', 400)
          : answerSts(request),
      );
      await expect(
        providerIn(irsa).resolve(requestFor(APP), undefined, context),
      ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
    });

    it('differ by project and registry, not by repository', () => {
      const provider = providerIn(irsa);
      const audiences = [
        requestFor(APP),
        requestFor(`${APP}2`),
        requestFor(APP.replace('eu-west-1', 'eu-west-2')),
        { ...requestFor(APP), project: 'other' },
      ].map(request => provider.audience?.(request, undefined));
      expect(audiences[0]).toBe(audiences[1]);
      expect(new Set(audiences).size).toBe(3);
    });

    it.each([
      ['IRSA', irsa, true],
      ['Pod Identity', podIdentity, true],
      ['a role without a token', { AWS_ROLE_ARN: 'x' }, false],
      ['nothing', {}, false],
    ])('need an identity: %s', (_, variables, expected) => {
      const provider = providerIn(variables as Record<string, string>);
      expect(provider.appliesTo(requestFor(APP), undefined)).toBe(expected);
      // A Secret of no use does not keep the identity away.
      expect(provider.appliesTo(requestFor(APP), { repoURL: APP })).toBe(
        expected,
      );
    });
  });
});
