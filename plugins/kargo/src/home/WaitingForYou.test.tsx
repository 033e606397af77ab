import { screen } from '@testing-library/react';
import { aFreight, aProject, aStage } from '../../dev/testing/builders';
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

function shop(promote: boolean) {
  return FakeKargoApi.create({
    projects: [aProject('shop', [1, 1])],
    stages: [aStage('test')],
    freight: [aFreight('f1', { version: '1.4.1' })],
    access: {
      project: { manage: { allowed: false } },
      stages: {
        test: { promote: { allowed: promote }, approve: { allowed: false } },
      },
    },
  });
}

describe('the home page', () => {
  it('leads me to the dialog for a version that waits for me', async () => {
    renderWithKargo(card, shop(true));
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
    renderWithKargo(card, shop(false));
    expect(
      await screen.findByText('Nothing waits for you.'),
    ).toBeInTheDocument();
  });

  it('lets me try again when the portal does not answer', async () => {
    const api = shop(true);
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
