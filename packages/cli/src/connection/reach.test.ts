import { CliContext } from '../CliContext';
import { reach } from './reach';

const PLACE = 'https://portal.example/api/kargo';

describe('reach', () => {
  const fail = (
    cause: unknown,
    environment: CliContext['environment'] = {},
    place = PLACE,
  ) =>
    reach(
      {
        environment,
        fetch: async () => {
          throw new TypeError('fetch failed', { cause });
        },
      },
      place,
      `${place}/v1beta1/projects`,
    ).catch(error => error.message);

  it.each<[string, unknown, CliContext['environment'], string]>([
    [
      'why nobody answers',
      new Error('connect ECONNREFUSED 10.0.0.1:443'),
      {},
      ': connect ECONNREFUSED 10.0.0.1:443',
    ],
    ['a code without words', { code: 'ETIMEDOUT' }, {}, ': ETIMEDOUT'],
    [
      'what helps with an authority that only the system knows',
      Object.assign(new Error('self-signed certificate in chain'), {
        code: 'SELF_SIGNED_CERT_IN_CHAIN',
      }),
      { HTTPS_PROXY: 'http://proxy:3128' },
      ': self-signed certificate in chain; for an authority of your own set NODE_USE_SYSTEM_CA=1, or NODE_EXTRA_CA_CERTS to the file of its certificate',
    ],
    [
      'that the proxy is not used',
      { code: 'ETIMEDOUT' },
      { https_proxy: 'http://proxy:3128' },
      ': ETIMEDOUT; HTTPS_PROXY is set, which counts with NODE_USE_ENV_PROXY=1',
    ],
    [
      'that the proxy is used, and nothing of how to get past it',
      new Error('Request was cancelled.'),
      { HTTPS_PROXY: 'http://me:hush@proxy:3128', NODE_USE_ENV_PROXY: '1' },
      ': Request was cancelled.; HTTPS_PROXY is set: the proxy is asked, unless NO_PROXY names the server',
    ],
    [
      'nothing of a proxy for others',
      { code: 'ETIMEDOUT' },
      { HTTP_PROXY: 'http://proxy:3128' },
      ': ETIMEDOUT',
    ],
  ])('tells %s', async (_, cause, environment, told) => {
    await expect(fail(cause, environment)).resolves.toBe(
      `cannot reach ${PLACE}${told}`,
    );
  });

  it('answers what was answered', async () => {
    const answer = new Response('x');
    await expect(
      reach({ environment: {}, fetch: async () => answer }, PLACE, PLACE),
    ).resolves.toBe(answer);
  });
});
