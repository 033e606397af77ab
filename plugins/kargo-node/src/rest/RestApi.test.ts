import { UpstreamUnavailableError } from '../errors';
import { fakeHttp, FakeHttpAnswer } from '../testing/fakeHttp';
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

  const answering = (answer: FakeHttpAnswer) =>
    new RestApi({
      http: fakeHttp({
        'PATCH https://api.example/items/1': answer,
      }),
      baseURL: 'https://api.example',
      headers: {},
      now: () => 0,
      subject: 'item',
      credentials: 'the token',
    }).ask({ method: 'PATCH', path: '/items/1', body: {} });

  it.each([
    ['application/json', '{}'],
    ['application/json', ''],
    ['text/html', ''],
    ['text/plain', 'done'],
  ])('takes a good status with %s and %j for an answer', async (type, body) => {
    const headers = { 'content-type': type };
    await expect(answering({ headers, body })).resolves.toMatchObject({
      status: 200,
    });
  });

  it.each(['text/html', 'Text/HTML; charset=utf-8'])(
    'takes a page of %s for no answer, whatever its status',
    async type => {
      const headers = { 'content-type': type };
      await expect(
        answering({ headers, body: '<html>It sleeps' }),
      ).rejects.toMatchObject({
        name: 'UpstreamUnavailableError',
        message: expect.stringContaining('api.example answered with a page'),
      });
    },
  );

  it('takes a page that stands in for the answer for refused credentials', async () => {
    const headers = { 'content-type': 'text/html' };
    await expect(
      answering({ status: 203, headers, body: '<html>Sign in' }),
    ).rejects.toMatchObject({
      name: 'CredentialsRejectedError',
      message: expect.stringContaining('did not accept the token'),
    });
  });

  it.each<[object, string]>([
    [{ message: 'No' }, 'No'],
    [{ error: { message: 'No', detail: 'Never' } }, 'No; Never'],
    [{ errorMessages: ['No'], errors: {} }, 'No'],
    [
      { errorMessages: [], errors: { customfield_1: 'data was not an array' } },
      'customfield_1: data was not an array',
    ],
    [
      { errors: { customfield_1: "Field 'customfield_1' cannot be set." } },
      "Field 'customfield_1' cannot be set.",
    ],
    [{ message: { title: ['is too long'] } }, 'title: is too long'],
    [
      { message: 'Bad', errors: [{ field: 'labels', code: 'invalid' }] },
      'Bad; labels; invalid',
    ],
  ])('tells what a host says is wrong: %j', async (body, words) => {
    await expect(answering({ status: 400, body })).rejects.toMatchObject({
      name: 'HostRefusedError',
      message: `api.example refused with status 400: ${words}`,
    });
  });
});
