import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  aFreight,
  aPromotion,
  aStage,
  minutesAgo,
} from '../../dev/testing/builders';
import { JsonObject, Promotion } from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PromotionActions } from './PromotionActions';
import { PromotionDetail } from './PromotionDetail';

const addressOf = (selection: object) =>
  `../..?${new URLSearchParams({ ...selection })}`;

const stage = aStage('prod', { steps: ['git-clone', 'git-push'] });
const promotion = aPromotion('prod.1', stage, aFreight('f1'), {
  phase: 'Running',
  startedAt: minutesAgo(1),
  currentStep: 1,
  stepExecutionMetadata: [
    {
      alias: 'step-1',
      status: 'Succeeded',
      startedAt: minutesAgo(1),
      finishedAt: minutesAgo(0.5),
    },
    { alias: 'step-2', status: 'Running', message: 'Rebasing' },
  ],
  state: { 'step-1': { commit: 'abc123' } },
});

it('shows every step with its message, timing and output', async () => {
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={promotion}
      freightName="brisk-otter"
      addressOf={addressOf}
    />,
    FakeKargoApi.create(),
  );
  expect(await screen.findByText('Rebasing')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: /git-clone/ }));
  expect(await screen.findByText(/abc123/)).toBeInTheDocument();
});

it('leads to its Freight and its Stage', async () => {
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={promotion}
      freightName="brisk-otter"
      addressOf={addressOf}
    />,
    FakeKargoApi.create(),
    { path: '/projects/shop' },
  );
  const hrefOf = async (name: string) =>
    (await screen.findByRole('link', { name })).getAttribute('href');
  expect(await hrefOf('brisk-otter')).toBe('/?freight=f1');
  expect(await hrefOf('prod')).toBe('/?stage=prod');
});

it('tells screen readers which step runs', async () => {
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={promotion}
      freightName="brisk-otter"
      addressOf={addressOf}
    />,
    FakeKargoApi.create(),
  );
  expect(
    await screen.findByText('Step 2 of 2: git-push, Running'),
  ).toHaveAttribute('aria-live', 'polite');
});

it('tells screen readers at which step it failed, and not which was skipped last', async () => {
  const failed = aPromotion('prod.3', stage, aFreight('f1'), {
    phase: 'Failed',
    currentStep: 1,
    stepExecutionMetadata: [
      { alias: 'step-1', status: 'Failed', message: 'no such branch' },
      { alias: 'step-2', status: 'Skipped' },
    ],
  });
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={failed}
      freightName="brisk-otter"
      addressOf={addressOf}
    />,
    FakeKargoApi.create(),
  );
  expect(
    await screen.findByText('Step 1 of 2: git-clone, Failed'),
  ).toHaveAttribute('aria-live', 'polite');
});

it('tells which of two steps that do the same failed', async () => {
  const twice = aStage('prod', { steps: ['http', 'http'] });
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={aPromotion('prod.1', twice, aFreight('f1'), {
        phase: 'Failed',
        stepExecutionMetadata: [
          { alias: 'step-1', status: 'Succeeded' },
          { alias: 'step-2', status: 'Failed', message: 'no' },
        ],
      })}
      freightName="brisk-otter"
      addressOf={addressOf}
    />,
    FakeKargoApi.create(),
  );
  expect(
    await screen.findByText('Step 2 of 2: http, Failed'),
  ).toBeInTheDocument();
});

it('tells what a promotion waits for while it is under way', async () => {
  const api = FakeKargoApi.create({
    reasons: {
      'promotion prod.1': [
        {
          code: 'step-retrying',
          step: 'push',
          number: 2,
          of: 2,
          attempt: 2,
          attempts: 5,
          error: 'rejected',
          nextCheckAt: new Date(Date.now() + 3_600_000).toISOString(),
        },
      ],
    },
  });
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={promotion}
      freightName="f"
      addressOf={addressOf}
    />,
    api,
  );
  expect(
    await screen.findByText(
      /^Step 2 of 2, push, failed and is tried again, attempt 2 of 5: rejected; it looks again in \d+ (hour|minutes)$/,
    ),
  ).toBeInTheDocument();
});

it('asks nothing about a promotion that has ended', async () => {
  const api = FakeKargoApi.create();
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={{ ...promotion, status: { phase: 'Succeeded' } }}
      freightName="brisk-otter"
      addressOf={addressOf}
    />,
    api,
  );
  expect(await screen.findByText('brisk-otter')).toBeInTheDocument();
  expect(api.asked).toEqual([]);
});

it('goes on where a promotion failed, and shows the new one', async () => {
  const failed = {
    ...promotion,
    status: {
      ...promotion.status,
      phase: 'Failed' as const,
      stepExecutionMetadata: [
        { alias: 'step-1', status: 'Succeeded' as const },
        { alias: 'step-2', status: 'Failed' as const, message: 'rejected' },
      ],
    },
  };
  const api = FakeKargoApi.create({ promotions: [failed] });
  const onWentOn = jest.fn();
  renderWithKargo(
    <PromotionActions project="shop" promotion={failed} onWentOn={onWentOn} />,
    api,
  );
  const name = 'Retry from git-push';
  await userEvent.click(await screen.findByRole('button', { name }));
  expect(api.calls).toEqual([]);
  await screen.findByRole('dialog', { name: 'Retry from git-push?' });
  const buttons = screen.getAllByRole('button', { name });
  await userEvent.click(buttons[buttons.length - 1]);
  await waitFor(() => expect(onWentOn).toHaveBeenCalled());
  expect(api.calls).toEqual(['retry prod.1']);
  expect(onWentOn.mock.calls[0][0].metadata.name).not.toBe('prod.1');
});

it('says for which promotion one goes on', async () => {
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={{
        ...promotion,
        metadata: {
          ...promotion.metadata,
          annotations: { 'kargo.akuity.io/retry-of': 'prod.0' },
        },
      }}
      freightName="brisk-otter"
      addressOf={addressOf}
    />,
    FakeKargoApi.create(),
  );
  expect(await screen.findByText('Retry of')).toBeInTheDocument();
  expect(screen.getByText('prod.0')).toBeInTheDocument();
});

it.each(['Succeeded', 'Running'] as const)(
  'offers no retry of a promotion that is %s',
  async phase => {
    renderWithKargo(
      <PromotionActions
        project="shop"
        promotion={{ ...promotion, status: { ...promotion.status, phase } }}
        onRetry={() => undefined}
      />,
      FakeKargoApi.create(),
    );
    await screen.findAllByRole('button');
    expect(screen.queryByRole('button', { name: /^Retry/ })).toBeNull();
  },
);

it('asks before it stops a promotion', async () => {
  const api = FakeKargoApi.create();
  renderWithKargo(
    <PromotionActions project="shop" promotion={promotion} />,
    api,
  );
  await userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
  expect(api.calls).toEqual([]);
  const dialog = await screen.findByRole('dialog', {
    name: 'Stop this promotion?',
  });
  expect(dialog).toBeInTheDocument();
  const buttons = screen.getAllByRole('button', { name: 'Stop' });
  await userEvent.click(buttons[buttons.length - 1]);
  expect(
    await screen.findByRole('button', { name: 'Stop requested' }),
  ).toBeInTheDocument();
  expect(api.calls).toEqual(['abort prod.1']);
});

it.each([true, false])(
  'lets whoever may stop a promotion do so, though they may not promote: %s',
  async mayStop => {
    const verdict = { allowed: mayStop, reason: 'Ask the group ops.' };
    renderWithKargo(
      <PromotionActions
        project="shop"
        promotion={promotion}
        refusal="You may not promote."
      />,
      FakeKargoApi.create({
        access: {
          project: { manage: { allowed: false } },
          stages: {
            prod: {
              promote: { allowed: !mayStop },
              approve: { allowed: false },
              abort: verdict,
            },
          },
        },
      }),
    );
    const button = await screen.findByRole('button', { name: 'Stop' });
    await waitFor(() =>
      expect(button).toHaveAttribute('aria-disabled', String(!mayStop)),
    );
  },
);

it('forgets why stopping failed once the question is closed', async () => {
  const api = FakeKargoApi.create();
  api.refusal = new Error('The database does not answer.');
  renderWithKargo(
    <PromotionActions project="shop" promotion={promotion} />,
    api,
  );
  const ask = async () =>
    userEvent.click(await screen.findByRole('button', { name: 'Stop' }));
  await ask();
  const dialog = await screen.findByRole('dialog');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Stop' }));
  await within(dialog).findByText('The database does not answer.');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await ask();
  await screen.findByRole('dialog');
  expect(screen.queryByText('The database does not answer.')).toBeNull();
});

it('shows what is stored of a promotion, to be read alone', async () => {
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={promotion}
      freightName="brisk-otter"
      addressOf={addressOf}
    />,
    FakeKargoApi.create(),
  );
  const section = (
    await screen.findByRole('heading', { name: 'Manifest' })
  ).closest('section')!;
  await userEvent.click(within(section).getByText('Show what is stored'));
  expect(
    await within(section).findByText(/kind: Promotion/),
  ).toBeInTheDocument();
  expect(within(section).queryByRole('button', { name: 'Delete' })).toBeNull();
});

const step = (uses: string, config: JsonObject) => ({ uses, config });

it('shows what a step is configured with, as it is written and evaluated', async () => {
  const written = {
    ...promotion,
    spec: {
      ...promotion.spec,
      steps: [
        step('git-clone', { repoURL: '${{ vars.repo }}' }),
        step('git-push', { token: "${{ secret('a').b }}" }),
      ],
    },
  };
  const api = FakeKargoApi.create();
  api.configs = [
    { alias: 'step-1', config: { repoURL: 'https://git.example.com/a.git' } },
    { alias: 'step-2', unknown: 'It holds secrets, which are not shown' },
  ];
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={written}
      freightName="f"
      addressOf={addressOf}
    />,
    api,
  );
  await userEvent.click(
    await screen.findByRole('button', { name: /git-clone/ }),
  );
  expect(
    await screen.findByText('repoURL: https://git.example.com/a.git'),
  ).toBeInTheDocument();
  expect(screen.getByText('repoURL: ${{ vars.repo }}')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: /git-push/ }));
  expect(
    await screen.findByText(
      'What its expressions come to is not shown: It holds secrets, which are not shown.',
    ),
  ).toBeInTheDocument();
});

it('evaluates the configuration of a step again as the promotion goes on', async () => {
  const write = (resourceVersion: string): Promotion => ({
    ...promotion,
    metadata: { ...promotion.metadata, resourceVersion },
    spec: {
      ...promotion.spec,
      steps: [
        { uses: 'git-push', as: 'push', config: { path: '${{ outputs.a }}' } },
      ],
    },
  });
  const api = FakeKargoApi.create();
  api.configs = [{ alias: 'push', unknown: 'step a has not run' }];
  function Page() {
    const [version, setVersion] = useState(1);
    return (
      <>
        <button onClick={() => setVersion(version + 1)}>go on</button>
        <PromotionDetail
          project="shop"
          promotion={write(String(version))}
          freightName="f"
          addressOf={addressOf}
        />
      </>
    );
  }
  renderWithKargo(<Page />, api);
  await userEvent.click(await screen.findByRole('button', { name: /push/ }));
  expect(await screen.findByText(/step a has not run/)).toBeInTheDocument();
  api.configs = [{ alias: 'push', config: { path: './out' } }];
  await userEvent.click(screen.getByText('go on'));
  expect(await screen.findByText('path: ./out')).toBeInTheDocument();
});

it('shows what a step printed line by line, and which attempt it is at', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index + 1}`);
  const retrying = {
    ...promotion,
    status: {
      ...promotion.status,
      stepExecutionMetadata: [
        { alias: 'step-1', status: 'Succeeded' as const },
        // As the engine leaves it between two attempts.
        { alias: 'step-2', status: 'Errored' as const, errorCount: 2 },
      ],
      state: { 'step-1': { lines } },
    },
  };
  renderWithKargo(
    <PromotionDetail
      project="shop"
      promotion={retrying}
      freightName="f"
      addressOf={addressOf}
    />,
    FakeKargoApi.create(),
  );
  expect(await screen.findByText('Retrying · attempt 3')).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: /git-clone/ }));
  expect(await screen.findByText('line 50')).toBeInTheDocument();
  expect(screen.queryByText('line 51')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Show 10 more' }));
  expect(await screen.findByText('line 60')).toBeInTheDocument();
});
