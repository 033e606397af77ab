import { UpstreamUnavailableError } from '../errors';
import { fakeHttp } from '../testing/fakeHttp';
import { branchPath, pathOf, RestApi } from './RestApi';

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

  it('has answers read by its client, where that can', async () => {
    const http = {
      ...fakeHttp({ 'GET https://api.example/items': { body: [1] } }),
      readJson: async (body: Buffer) => `read ${body}`,
    };
    const { body } = await new RestApi({
      ...{ http, baseURL: 'https://api.example', headers: {} },
      ...{ now: () => 0, subject: 'item', credentials: 'the token' },
    }).ask({ path: '/items' });
    expect(body).toBe('read [1]');
  });

  it.each([
    ['a part', pathOf('items', '..')],
    ['a part that is a dot', pathOf('items', '.')],
    ['a part of a branch', `/heads/${branchPath('../tags/v1')}`],
  ])('asks nobody for %s that leads to another path', async (_, path) => {
    const http = fakeHttp({});
    const api = new RestApi({
      ...{ http, baseURL: 'https://api.example/v1', headers: {} },
      ...{ now: () => 0, subject: 'item', credentials: 'the token' },
    });
    await expect(api.ask({ method: 'DELETE', path })).rejects.toMatchObject({
      name: 'TerminalError',
      message: expect.stringContaining('is no name of anything'),
    });
  });

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
