import { ForgeHarness } from '../../../testing/ForgeHarness';
import { azureForge } from '../../../testing/forges/azure';

jest.setTimeout(120_000);

describe('Azure DevOps', () => {
  let h: ForgeHarness;

  beforeAll(async () => {
    h = await ForgeHarness.start();
  });
  beforeEach(() => h.choose(azureForge));
  afterAll(() => h.close());

  it.each([
    ['https://dev.azure.com/o/p/_git/r', 'o/p'],
    ['https://o@dev.azure.com/o/p/_git/r', 'o/p'],
    ['https://o.visualstudio.com/p/_git/r', 'o/p'],
    ['https://o.visualstudio.com/DefaultCollection/p/_git/r', 'o/p'],
    ['https://dev.azure.com/o/_git/r', 'o/r'],
    ['git@ssh.dev.azure.com:v3/o/p/r', 'o/p'],
  ])('is asked for %s in %s', async (repoURL, project) => {
    h.forge.fault = () => ({ status: 500 });
    const repository = await h.open({ repoURL });
    await expect(repository.get(7)).rejects.toThrow('500');
    expect(h.hosts.routes).toEqual([
      `GET dev.azure.com/${project}/_apis/git/repositories/r/pullrequests/7`,
    ]);
  });

  it('is not asked without a token', async () => {
    h.token = undefined;
    await expect(
      h.open({ repoURL: 'https://dev.azure.com/o/p/_git/r' }),
    ).rejects.toThrow('need git credentials with a token');
  });
});
