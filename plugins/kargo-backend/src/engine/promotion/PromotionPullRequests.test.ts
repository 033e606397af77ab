import { ForgeHarness } from '../../testing/ForgeHarness';
import { githubForge } from '../../testing/forges/github';

jest.setTimeout(120_000);

describe('a host whose name tells nothing', () => {
  let h: ForgeHarness;

  beforeAll(async () => {
    h = await ForgeHarness.start();
  });
  beforeEach(() => h.choose(githubForge));
  afterAll(() => h.close());

  it('is what the step says it is', async () => {
    h.forge.fault = () => ({ status: 500 });
    const repository = await h.open({
      repoURL: 'https://code.corp/o/r',
      provider: 'gitea',
    });
    await expect(repository.get(7)).rejects.toThrow('500');
    expect(h.hosts.routes).toEqual(['GET code.corp/api/v1/repos/o/r/pulls/7']);
  });

  it.each([
    [
      {},
      '"https://code.corp/o/r" does not tell what kind of host it is on; name it in "provider": azure, bitbucket, gitea, github, gitlab',
    ],
    [
      { provider: 'sourcehut' },
      'there is no provider "sourcehut" of pull requests; there are azure, bitbucket, gitea, github, gitlab',
    ],
  ])(
    'is an error that another attempt does not cure: %j',
    async (options, message) => {
      await expect(
        h.open({ repoURL: 'https://code.corp/o/r', ...options }),
      ).rejects.toMatchObject({ name: 'TerminalError', message });
    },
  );
});
