import { screen } from '@testing-library/react';
import { WaitingItem } from 'backstage-plugin-kargo-common';
import { aProject, aSummary } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { KargoLinksProvider } from '../components/KargoLinks';
import { WaitingForYou } from './WaitingForYou';

const links = {
  projects: '/kargo',
  project: (name: string) => `/kargo/projects/${name}`,
};

const card = (
  <KargoLinksProvider links={links}>
    <WaitingForYou />
  </KargoLinksProvider>
);

const promotable: WaitingItem = {
  ...{ kind: 'promote', stage: 'test' },
  ...{ freight: 'f1', version: '1.4.1' },
};

function portal(waiting: Record<string, WaitingItem[] | undefined>) {
  return FakeKargoApi.create({
    projects: Object.keys(waiting).map(name => aProject(name, [1, 1])),
    summaries: Object.entries(waiting).flatMap(([name, forCaller]) =>
      forCaller ? [aSummary(name, { forCaller })] : [],
    ),
  });
}

describe('the home page', () => {
  it('leads me to the dialog for a version that waits for me', async () => {
    renderWithKargo(card, portal({ shop: [promotable] }));
    expect(
      await screen.findByRole('link', {
        name: '1.4.1 can be promoted to test',
      }),
    ).toHaveAttribute('href', '/kargo/projects/shop?promote=test&freight=f1');
    expect(screen.getByRole('link', { name: 'All projects' })).toHaveAttribute(
      'href',
      '/kargo',
    );
  });

  it('says that nothing waits for somebody who may do nothing', async () => {
    renderWithKargo(card, portal({ shop: [] }));
    expect(
      await screen.findByText('Nothing waits for you.'),
    ).toBeInTheDocument();
  });

  it('says that nothing waits where there is no project', async () => {
    renderWithKargo(card, portal({}));
    expect(
      await screen.findByText('Nothing waits for you.'),
    ).toBeInTheDocument();
  });

  it('begins with what is most pressing, whatever project it is in', async () => {
    const failed: WaitingItem = {
      kind: 'failed',
      failed: 'promotion',
      stage: 'uat',
    };
    renderWithKargo(card, portal({ a: [promotable], b: [failed] }));
    const items = await screen.findAllByRole('listitem');
    expect(items.map(({ textContent }) => textContent)).toEqual([
      expect.stringContaining('uat'),
      expect.stringContaining('1.4.1 can be promoted to test'),
    ]);
  });

  it('blames no promotion where a verification did not pass', async () => {
    const unverified: WaitingItem = {
      kind: 'failed',
      failed: 'verification',
      stage: 'uat',
    };
    renderWithKargo(card, portal({ shop: [unverified] }));
    expect(
      await screen.findByRole('link', {
        name: 'The verification in uat did not pass',
      }),
    ).toBeInTheDocument();
  });

  it('asks once about all projects', async () => {
    const api = portal({ docs: [], shop: [promotable] });
    const ask = jest.spyOn(api, 'listProjectSummaries');
    renderWithKargo(card, api);
    await screen.findAllByRole('listitem');
    expect(ask.mock.calls.map(([request]) => request)).toEqual([
      { project: ['docs', 'shop'] },
    ]);
  });

  it('shows what waits in other projects when one may not be looked into, and says that it did not', async () => {
    renderWithKargo(card, portal({ secret: undefined, shop: [promotable] }));
    expect(
      await screen.findByRole('link', {
        name: '1.4.1 can be promoted to test',
      }),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Looked into 1 of 2 projects, yours first.'),
    ).toBeInTheDocument();
  });

  it('lets me try again when the portal does not answer', async () => {
    const api = portal({ shop: [promotable] });
    api.failure = Object.assign(new Error('The store is closed'), {
      name: 'KargoRequestError',
      status: 422,
    });
    renderWithKargo(card, api);
    expect(await screen.findByText('The store is closed')).toBeInTheDocument();
    expect(
      screen.getByRole('button', { name: 'Try again' }),
    ).toBeInTheDocument();
  });
});
