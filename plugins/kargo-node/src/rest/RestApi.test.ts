import { UpstreamUnavailableError } from '../errors';
import { fakeHttp } from '../testing/fakeHttp';
import { RestApi } from './RestApi';

describe('RestApi', () => {
  const ask = (readJson: () => Promise<unknown>) =>
    new RestApi({
      http: fakeHttp({ 'GET https://api.example/items': { body: '<html>' } }),
      baseURL: 'https://api.example',
      headers: {},
      now: () => 0,
      subject: 'item',
      credentials: 'the token',
      readJson,
    }).ask({ path: '/items' });

  it('takes what cannot be read for no body', async () => {
    const answer = await ask(async () => {
      throw new Error('it is not valid JSON');
    });
    expect(answer).toMatchObject({ status: 200, body: undefined });
  });

  it('tells when nobody has looked at a body', async () => {
    const busy = new UpstreamUnavailableError('localhost', 'busy');
    await expect(ask(() => Promise.reject(busy))).rejects.toBe(busy);
  });
});
