import { FORGES, ForgeHarness } from '../../../testing/ForgeHarness';
import { ForgeApi } from '../../../testing/forges/Forge';
import { azureForge } from '../../../testing/forges/azure';
import { githubForge } from '../../../testing/forges/github';
import { gitWaitForPrStep } from './runner';

jest.setTimeout(120_000);

describe.each(FORGES.map((api): [string, ForgeApi] => [api.id, api]))(
  'git-wait-for-pr on %s',
  (_, api) => {
    let h: ForgeHarness;

    beforeAll(async () => {
      h = await ForgeHarness.start();
    });
    beforeEach(() => h.choose(api));
    afterAll(() => h.close());

    it('waits while it is open, and says for what', async () => {
      const pull = h.forge.add({ awaited: ['bob'] });
      await expect(
        h.run(gitWaitForPrStep, { prNumber: pull.number }),
      ).resolves.toEqual({
        kind: 'waiting',
        reason: expect.stringContaining(
          `pull request ${pull.number} is open; `,
        ),
        checkAgainInMs: 30_000,
        output: {
          pr: {
            id: pull.number,
            url: expect.any(String),
            open: true,
            merged: false,
          },
        },
      });
    });

    it('succeeds when it is merged, with the commit', async () => {
      const pull = h.forge.add();
      h.forge.merge(pull);
      await expect(
        h.run(gitWaitForPrStep, { prNumber: pull.number }),
      ).resolves.toMatchObject({
        kind: 'succeeded',
        output: {
          commit: pull.mergeCommit,
          pr: { open: false, merged: true },
        },
      });
    });

    it('fails for good when it is closed without being merged', async () => {
      const pull = h.forge.add({ state: 'closed' });
      await expect(
        h.run(gitWaitForPrStep, { prNumber: pull.number }),
      ).resolves.toMatchObject({
        kind: 'failed',
        final: true,
        reason: `pull request ${pull.number} was closed without being merged`,
        output: { pr: { open: false, merged: false } },
      });
    });
  },
);

describe('git-wait-for-pr', () => {
  let h: ForgeHarness;

  beforeAll(async () => {
    h = await ForgeHarness.start();
  });
  beforeEach(() => h.choose(githubForge));
  afterAll(() => h.close());

  it('goes on waiting while the host throttles, as long as that says, and keeps what it knew', async () => {
    h.forge.fault = () => ({ status: 429, headers: { 'retry-after': '600' } });
    const previousOutput = { pr: { id: 7 } };
    await expect(
      h.run(gitWaitForPrStep, { prNumber: 7 }, { previousOutput }),
    ).resolves.toEqual({
      kind: 'waiting',
      reason: 'github.example.com throttles; asking again',
      checkAgainInMs: 600_000,
      output: previousOutput,
    });
  });

  it('waits also where the reasons are not to be seen', async () => {
    const pull = h.forge.add();
    h.forge.fault = ({ url }) =>
      url.pathname.endsWith('/reviews') ? { status: 403 } : undefined;
    await expect(
      h.run(gitWaitForPrStep, { prNumber: pull.number }),
    ).resolves.toMatchObject({
      kind: 'waiting',
      reason: `pull request ${pull.number} is open`,
    });
  });

  it('looks as often as it is told', async () => {
    const { number } = h.forge.add();
    await expect(
      h.run(gitWaitForPrStep, { prNumber: number, pollInterval: '5m' }),
    ).resolves.toMatchObject({ checkAgainInMs: 300_000 });
  });

  it('is an error when there is no such pull request', async () => {
    await expect(h.run(gitWaitForPrStep, { prNumber: 99 })).rejects.toThrow(
      'github.example.com knows no such repository or pull request',
    );
  });

  it('is an error on Azure DevOps without a token', async () => {
    h.choose(azureForge);
    h.token = undefined;
    await expect(h.run(gitWaitForPrStep, { prNumber: 7 })).rejects.toThrow(
      'need git credentials with a token',
    );
  });

  it.each([0, 1.5, '7'])('refuses number %j', async prNumber => {
    await expect(h.run(gitWaitForPrStep, { prNumber })).resolves.toMatchObject({
      kind: 'failed',
      final: true,
    });
  });
});
