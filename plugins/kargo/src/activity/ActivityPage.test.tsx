import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { KargoEvent } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aPromotion,
  aStage,
  minutesAgo,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PipelineView } from '../pipeline/PipelineView';
import { KargoRouter } from '../project/KargoRouter';

const stage = aStage('prod');
const freight = aFreight('f1', { alias: 'calm-heron', version: '1.4.1' });
const older = aPromotion('prod.1', stage, freight, {
  phase: 'Succeeded',
  startedAt: minutesAgo(5),
  finishedAt: minutesAgo(4),
  state: { 'step-4': { commitURL: 'https://x/commit/abc' } },
});
const before = aFreight('f2', {
  alias: 'slow-vole',
  version: '1.3.0',
  minutesOld: 90,
});
const newer = aPromotion('prod.2', stage, before, {
  phase: 'Succeeded',
  // As git-commit and git-push leave it with a server that has no pages.
  state: {
    'step-3': { commit: '8d7c6b5a4f3e2d1c0b9a8d7c6b5a4f3e2d1c0b9a' },
    'step-4': {
      branch: 'main',
      commit: '8d7c6b5a4f3e2d1c0b9a8d7c6b5a4f3e2d1c0b9a',
    },
  },
});
newer.metadata.creationTimestamp = minutesAgo(1);

const approved: KargoEvent = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { ...freight.metadata, name: 'e1' },
  type: 'Normal',
  reason: 'FreightApproved',
  message: "Freight approved for Stage 'prod' by user:default/rita",
  involvedObject: { apiVersion: 'v1alpha1', kind: 'Freight', name: 'f1' },
  lastTimestamp: minutesAgo(3),
};

const rita = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'User',
  metadata: { name: 'rita', namespace: 'default' },
  spec: { profile: { displayName: 'Rita Reyes' } },
};

const shop = () =>
  FakeKargoApi.create({
    stages: [stage],
    freight: [freight, before],
    promotions: [older, newer],
    events: [approved],
  });

it('answers who did what in a project', async () => {
  renderWithKargo(<KargoRouter />, shop(), {
    path: '/projects/shop/activity',
    entities: [rita],
  });
  const table = within(
    await screen.findByRole('table', { name: 'Promotions' }),
  );
  const rows = table.getAllByRole('row').slice(1);
  expect(rows[0]).toHaveTextContent(
    /1\.3\.0 \(slow-vole\).*prod.*Rollback.*ana@example\.org/,
  );
  expect(rows[1]).toHaveTextContent(/1\.4\.1 \(calm-heron\).*Succeeded.*1 min/);
  expect(rows[1]).not.toHaveTextContent('Rollback');
  expect(
    within(rows[1]).getByRole('link', { name: 'Open commit' }),
  ).toHaveAttribute('href', 'https://x/commit/abc');
  expect(within(rows[0]).getByText('8d7c6b5')).toHaveAttribute(
    'title',
    '8d7c6b5a4f3e2d1c0b9a8d7c6b5a4f3e2d1c0b9a',
  );
  expect(within(rows[1]).queryByText(/^[0-9a-f]{7}$/)).toBeNull();
  expect(
    await screen.findByText("Freight approved for Stage 'prod' by Rita Reyes"),
  ).toBeInTheDocument();
});

it('leads from what happened to what it happened to', async () => {
  renderWithKargo(<KargoRouter />, shop(), { path: '/projects/shop/activity' });
  const event = (
    await screen.findByText(/^Freight approved for Stage/)
  ).closest('li')!;
  expect(
    within(event).getByRole('link', { name: '1.4.1 (calm-heron)' }),
  ).toHaveAttribute('href', '/projects/shop?freight=f1');
});

it.each([
  ['is there', 'f1', '1.4.1 (calm-heron) to prod'],
  ['was cleaned up', 'f0', 'old-owl to prod'],
])(
  'calls a Promotion whose Freight %s as people do',
  async (_, freightName, title) => {
    const prefix = 'event.kargo.akuity.io/';
    const api = FakeKargoApi.create({
      stages: [stage],
      freight: [freight, before],
      events: [
        {
          ...approved,
          metadata: {
            ...approved.metadata,
            annotations: {
              [`${prefix}freight-name`]: freightName,
              [`${prefix}freight-alias`]: 'old-owl',
              [`${prefix}stage-name`]: 'prod',
            },
          },
          reason: 'PromotionSucceeded',
          message: 'Promotion Succeeded',
          involvedObject: { ...approved.involvedObject, kind: 'Promotion' },
        },
      ],
    });
    renderWithKargo(<KargoRouter />, api, {
      path: '/projects/shop/activity',
    });
    const event = (await screen.findByText('Promotion Succeeded')).closest(
      'li',
    )!;
    expect(
      await within(event).findByRole('link', { name: title }),
    ).toHaveAttribute('href', '/projects/shop/promotions/f1');
  },
);

it('tells in the details of Freight who approved it', async () => {
  renderWithKargo(<PipelineView scope={{ project: 'shop' }} />, shop(), {
    path: '/?view=list&freight=f1',
  });
  expect(
    await screen.findByText(/approved for Stage 'prod' by rita/),
  ).toBeInTheDocument();
});

it('says that there is no such page, and where to begin', async () => {
  renderWithKargo(<KargoRouter />, shop(), { path: '/nonsense' });
  expect(await screen.findByText('There is no such page')).toBeInTheDocument();
});

it('shows the newest, and more when I ask', async () => {
  const many = Array.from({ length: 25 }, (_, index) => {
    const each = aPromotion(`prod.${index}`, stage, freight, {
      phase: 'Succeeded',
    });
    each.metadata.creationTimestamp = minutesAgo(index);
    return each;
  });
  renderWithKargo(
    <KargoRouter />,
    FakeKargoApi.create({ stages: [stage], promotions: many }),
    { path: '/projects/shop/activity' },
  );
  const table = await screen.findByRole('table', { name: 'Promotions' });
  expect(within(table).getAllByRole('row')).toHaveLength(21);
  await userEvent.click(screen.getByRole('button', { name: 'Show more' }));
  await waitFor(() =>
    expect(within(table).getAllByRole('row')).toHaveLength(26),
  );
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
});

describe('of all that happened', () => {
  const uat = aStage('uat');
  const toUat = aPromotion('uat.1', uat, freight, { phase: 'Succeeded' });
  toUat.metadata.annotations = {
    'kargo.akuity.io/create-actor': 'user:default/rita',
  };
  toUat.metadata.creationTimestamp = minutesAgo(50);
  const byRita: KargoEvent = {
    ...approved,
    metadata: {
      ...approved.metadata,
      annotations: {
        'event.kargo.akuity.io/actor': 'user:default/rita',
        'event.kargo.akuity.io/stage-name': 'prod',
      },
    },
  };
  // So many that the one to uat is not among those that are shown.
  const many = Array.from({ length: 25 }, (_, index) => {
    const each = aPromotion(`prod.${index}`, stage, freight, {
      phase: 'Succeeded',
    });
    each.metadata.creationTimestamp = minutesAgo(index);
    return each;
  });
  const busy = () =>
    FakeKargoApi.create({
      stages: [stage, uat],
      freight: [freight],
      promotions: [...many, toUat],
      events: [byRita],
    });
  const activity = '/projects/shop/activity';

  it('shows what one person did, which is found however long ago it was', async () => {
    renderWithKargo(<KargoRouter />, busy(), {
      path: activity,
      entities: [rita],
    });
    const table = await screen.findByRole('table', { name: 'Promotions' });
    expect(within(table).queryByText('uat')).toBeNull();
    const filter = screen.getByRole('button', { name: 'Person: Everybody' });
    act(() => filter.focus());
    await userEvent.keyboard('{ArrowDown}');
    await userEvent.click(
      await screen.findByRole('option', { name: 'Rita Reyes' }),
    );
    await screen.findByRole('button', { name: 'Person: Rita Reyes' });
    await waitFor(() =>
      expect(
        within(screen.getByRole('table', { name: 'Promotions' }))
          .getAllByRole('row')
          .slice(1)
          .map(row => row.textContent),
      ).toEqual([expect.stringMatching(/uat.*Rita Reyes/)]),
    );
    expect(
      screen.getByText("Freight approved for Stage 'prod' by Rita Reyes"),
    ).toBeInTheDocument();
  });

  it('shows what the address asks for, and says that there is nothing of it', async () => {
    renderWithKargo(<KargoRouter />, busy(), {
      path: `${activity}?stage=uat`,
      entities: [rita],
    });
    const table = await screen.findByRole('table', { name: 'Promotions' });
    expect(within(table).getAllByRole('row')).toHaveLength(2);
    expect(
      screen.getByRole('button', { name: 'Stage: uat' }),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Nothing here matches the filters.'),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Stage: uat' }));
    await userEvent.click(
      await screen.findByRole('option', { name: 'All Stages' }),
    );
    expect(
      await screen.findByText(/^Freight approved for Stage/),
    ).toBeInTheDocument();
  });
});
