import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Link, useLocation } from 'react-router-dom';
import {
  aFreight,
  aProject,
  aStage,
  aSummary,
  aWarehouse,
  minutesAgo,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { KargoRouter } from './KargoRouter';

const newest = aFreight('f2', { version: '1.1.0', minutesOld: 10 });
const component = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'web',
    namespace: 'default',
    annotations: { 'kargo.akuity.io/project': 'shop' },
  },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/web-team' }],
};

function aPortal() {
  return FakeKargoApi.create({
    projects: [
      aProject('docs', [2, 2]),
      aProject('large', [90, 3000]),
      aProject('shop', [1, 3]),
    ],
    mine: ['shop'],
    summaries: [
      aSummary('shop', {
        stages: { count: 3, healthy: 1, empty: 2 },
        lastPromotion: {
          name: 'test.1',
          stage: 'test',
          finishedAt: minutesAgo(5),
        },
        forCaller: [
          { kind: 'promote', stage: 'test', freight: 'f2', version: '1.1.0' },
        ],
        forOthers: { count: 2, owners: ['group:default/ops'] },
      }),
      aSummary('docs', { stages: { count: 2, healthy: 2 } }),
    ],
  });
}

function open(api = aPortal()) {
  renderWithKargo(<KargoRouter />, api, { path: '/', entities: [component] });
  return screen.findByRole('table', { name: /^Projects and the health/ });
}

const rowOf = (table: HTMLElement, name: string) =>
  within(within(table).getByRole('link', { name }).closest('tr')!);

describe('the list of projects', () => {
  it('offers no project to who may not create one, and says whom to ask', async () => {
    const reason = 'You may not create projects. Ask the group platform';
    const api = FakeKargoApi.create({
      projects: [aProject('shop', [1, 3])],
      systemAccess: {
        projects: { create: { allowed: false, reason } },
        shared: { manage: { allowed: true } },
      },
    });
    await open(api);
    const create = screen.getByRole('button', { name: 'Create project' });
    await waitFor(() =>
      expect(create).toHaveAttribute('aria-disabled', 'true'),
    );
    expect(create).toHaveAccessibleDescription(reason);
  });

  it('begins with mine', async () => {
    const table = await open();
    const heads = within(table)
      .getAllByRole('row')
      .slice(1)
      .map(row => within(row).getAllByRole('rowheader')[0].textContent);
    expect(heads).toEqual(['Yours', 'shop', 'All others', 'docs', 'large']);
  });

  it('says who owns a project, what waits for whom, and what was promoted last', async () => {
    const row = rowOf(await open(), 'shop');
    expect(await row.findByRole('link', { name: 'web-team' })).toHaveAttribute(
      'href',
      '/catalog/default/group/web-team',
    );
    // In a column of its own, and below the health on a phone.
    expect(await row.findAllByText('1 for you')).toHaveLength(2);
    expect(row.getAllByText('2 for ops')).toHaveLength(2);
    expect(row.getByRole('link', { name: 'to test' })).toHaveAttribute(
      'href',
      '/projects/shop/promotions/test.1',
    );
  });

  it('takes a Stage that holds nothing for neither healthy nor unhealthy', async () => {
    const row = rowOf(await open(), 'shop');
    expect(await row.findByText('1 of 3 healthy, 2 empty')).toBeInTheDocument();
  });

  it('says where Stages fail, and leads on from the project to its entities', async () => {
    const api = FakeKargoApi.create({
      // Both are healthy; what failed in one of them is a verification.
      projects: [aProject('shop', [2, 2])],
      summaries: [
        aSummary('shop', { stages: { count: 2, healthy: 1, failing: 1 } }),
      ],
      warehouses: [aWarehouse('web')],
      stages: [aStage('test')],
      access: { project: { manage: { allowed: true } }, stages: {} },
    });
    renderWithKargo(<KargoRouter />, api, { path: '/', entities: [component] });
    expect(await screen.findByText('1 failing')).toBeInTheDocument();
    expect(screen.getByText('1 of 2 healthy')).toBeInTheDocument();
    expect(screen.queryByText(/2 of 2/)).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('link', { name: 'shop' }));
    expect(await screen.findByText('In the catalog:')).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'web' })).toHaveAttribute(
      'href',
      '/catalog/default/component/web',
    );
  });

  it('says of Stages that only let through that they do, not that there are none', async () => {
    const api = FakeKargoApi.create({
      projects: [aProject('gates', [0, 0])],
      summaries: [aSummary('gates', { stages: { passThrough: 1 } })],
    });
    renderWithKargo(<KargoRouter />, api, { path: '/' });
    const table = await screen.findByRole('table', {
      name: /^Projects and the health/,
    });
    const gates = rowOf(table, 'gates');
    expect(await gates.findByText('Only pass through')).toBeInTheDocument();
  });

  it('tells of a project that the portal does not look into what is known without', async () => {
    const table = await open();
    await rowOf(table, 'shop').findAllByText('1 for you');
    const large = rowOf(table, 'large');
    expect(large.getByText('90 of 3000 healthy')).toBeInTheDocument();
    expect(large.queryByText(/for you/)).not.toBeInTheDocument();
  });

  it('asks once about all projects of a page', async () => {
    const api = aPortal();
    const ask = jest.spyOn(api, 'listProjectSummaries');
    const table = await open(api);
    await rowOf(table, 'shop').findAllByText('1 for you');
    expect(ask.mock.calls.map(([request]) => request)).toEqual([
      { project: ['shop', 'docs', 'large'] },
    ]);
  });

  it('shows the projects when nobody can say what waits there', async () => {
    const api = aPortal();
    jest
      .spyOn(api, 'listProjectSummaries')
      .mockRejectedValue(new Error('The store is closed'));
    const table = await open(api);
    expect(
      rowOf(table, 'shop').getByText('1 of 3 healthy'),
    ).toBeInTheDocument();
  });
});

it('finds a version in all projects, by an address as well', async () => {
  const api = FakeKargoApi.create({
    projects: [aProject('shop', [1, 1])],
    freight: [newest],
  });
  renderWithKargo(<KargoRouter />, api, { path: '/?find=1.1.0' });
  const found = await screen.findByRole('link', { name: /^1\.1\.0/ });
  expect(found).toHaveAttribute('href', '/projects/shop?freight=f2');
  expect(
    screen.getByRole('searchbox', {
      name: 'Find a project, version or commit',
    }),
  ).toHaveValue('1.1.0');
  expect(
    screen.getByText('No project has “1.1.0” in its name.'),
  ).toBeInTheDocument();
});

it('tells that there may be more also where nothing was found', async () => {
  const api = FakeKargoApi.create({});
  jest.spyOn(api, 'search').mockResolvedValue({ items: [], isCut: true });
  renderWithKargo(<KargoRouter />, api, { path: '/?find=test' });
  expect(
    await screen.findByText('There may be more than is listed.'),
  ).toBeInTheDocument();
});

describe('the address of the list of projects', () => {
  function Around() {
    return (
      <>
        <Link to="/">all of them</Link>
        <span data-testid="query">{useLocation().search}</span>
      </>
    );
  }

  function openPages(path: string, count: number) {
    const api = FakeKargoApi.create({
      projects: Array.from({ length: count }, (_, index) =>
        aProject(`p${String(index).padStart(2, '0')}`, [90, 300]),
      ),
    });
    renderWithKargo(
      <>
        <Around />
        <KargoRouter />
      </>,
      api,
      { path },
    );
    return screen.findByRole('table', { name: /^Projects and the health/ });
  }

  it('says what the field searches for, also when a link changes it', async () => {
    await openPages('/?find=p0', 12);
    const search = screen.getByLabelText('Find a project, version or commit');
    expect(search).toHaveValue('p0');
    await userEvent.click(screen.getByText('all of them'));
    expect(search).toHaveValue('');
    expect(
      await screen.findByRole('link', { name: 'p11' }),
    ).toBeInTheDocument();
  });

  it('has the page, and leads to the last when there are no longer so many', async () => {
    await openPages('/?page=9', 30);
    await waitFor(() =>
      expect(screen.getByTestId('query')).toHaveTextContent('?page=2'),
    );
    expect(await screen.findByText(/^26–30 of 30/)).toBeInTheDocument();
    await userEvent.click(
      screen.getByRole('button', { name: 'Previous page' }),
    );
    expect(screen.getByTestId('query')).toHaveTextContent(/^$/);
    expect(await screen.findByText(/^1–25 of 30/)).toBeInTheDocument();
  });
});
