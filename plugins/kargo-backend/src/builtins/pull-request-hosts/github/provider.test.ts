import { jsonReply } from '../../../testing/FakeHosts';
import { ForgeHarness } from '../../../testing/ForgeHarness';
import { githubForge } from '../../../testing/forges/github';

jest.setTimeout(120_000);

describe('GitHub', () => {
  let h: ForgeHarness;

  beforeAll(async () => {
    h = await ForgeHarness.start();
  });
  beforeEach(() => h.choose(githubForge));
  afterAll(() => h.close());

  it.each([
    ['https://github.com/O/R.git', 'api.github.com/repos/O/R/pulls/7'],
    ['git@github.com:O/R.git', 'api.github.com/repos/O/R/pulls/7'],
    ['https://acme.ghe.com/O/R', 'api.acme.ghe.com/repos/O/R/pulls/7'],
    [
      'https://github.corp:8443/O/R/',
      'github.corp:8443/api/v3/repos/O/R/pulls/7',
    ],
  ])('is asked for %s at %s', async (repoURL, expected) => {
    h.forge.fault = () => ({ status: 500 });
    const repository = await h.open({ repoURL });
    await expect(repository.get(7)).rejects.toThrow('500');
    expect(h.hosts.routes).toEqual([`GET ${expected}`]);
  });

  it.each([
    [
      'the limit of an hour',
      {
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(Date.UTC(2026, 0, 2, 0, 10) / 1000),
      },
      'API rate limit exceeded',
      600_000,
    ],
    [
      'a secondary limit with a time',
      { 'retry-after': '60' },
      'You have exceeded a secondary rate limit',
      60_000,
    ],
    [
      'a secondary limit without a time',
      {},
      'You have exceeded a secondary rate limit',
      60_000,
    ],
  ])('is asked again after %s', async (_, headers, message, afterMs) => {
    h.forge.fault = () => {
      const reply = jsonReply({ message }, 403);
      return { ...reply, headers: { ...reply.headers, ...headers } };
    };
    await expect((await h.open()).get(7)).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
      retryAt: h.now + afterMs,
    });
  });

  describe('merges by what it says of a pull request', () => {
    /** What the API says beside what the fake knows. */
    const says = (fields: object) => {
      h.forge.fault = request => {
        const isGet =
          request.method === 'GET' &&
          /\/pulls\/\d+$/.test(request.url.pathname);
        const pull = h.forge.pulls[0];
        if (!isGet || pull.state !== 'open') return undefined;
        const reply = githubForge.answer(h.forge, request);
        return jsonReply({ ...JSON.parse(String(reply.body)), ...fields });
      };
    };
    const merge = async () => {
      const { number } = h.forge.add();
      const repository = await h.open();
      return repository.merge(await repository.get(number));
    };

    it.each([
      ['clean', {}, 'merged'],
      ['unstable', {}, 'merged'],
      ['has_hooks', {}, 'merged'],
      ['blocked', {}, 'merged'],
      ['behind', {}, 'merged'],
      ['dirty', {}, 'refused'],
      ['draft', {}, 'not-ready'],
      ['unknown', {}, 'not-ready'],
      ['something new', { mergeable: true }, 'merged'],
      ['something new', { mergeable: false }, 'not-ready'],
      ['something new', { mergeable: null }, 'not-ready'],
    ])('%s %j: %s', async (state, fields, expected) => {
      says({ mergeable_state: state, ...fields });
      await expect(merge()).resolves.toMatchObject({ kind: expected });
    });

    it.each([
      ['clean', 'Squash merges are not allowed on this repository.', 'refused'],
      ['clean', 'Base branch was modified. Review and try again.', 'not-ready'],
      ['clean', 'Pull Request is not mergeable', 'not-ready'],
      ['blocked', 'At least 1 approving review is required', 'not-ready'],
      ['clean', 'At least 1 approving review is required', 'refused'],
    ])('%s, and 405 %s: %s', async (state, message, expected) => {
      says({ mergeable_state: state });
      const told = h.forge.fault;
      h.forge.fault = request =>
        request.method === 'PUT'
          ? jsonReply({ message }, 405)
          : told?.(request);
      await expect(merge()).resolves.toEqual({
        kind: expected,
        reason: message,
      });
    });
  });

  it('is not asked with a token where there is none', async () => {
    h.token = undefined;
    await expect((await h.open()).get(7)).rejects.toThrow('token');
    expect(h.hosts.asked[0].headers.authorization).toBeUndefined();
  });
});
