import { screen } from '@testing-library/react';
import { KargoRequestError } from 'backstage-plugin-kargo-common';
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

function shop(promote: boolean, projects = ['shop']) {
  return FakeKargoApi.create({
    projects: projects.map(name => aProject(name, [1, 1])),
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

  it('shows what waits in other projects when one may not be looked into, and says that it did not', async () => {
    const api = shop(true, ['secret', 'shop']);
    const list = api.listStages.bind(api);
    jest
      .spyOn(api, 'listStages')
      .mockImplementation(async (...request: unknown[]) => {
        if ((request[0] as { project: string }).project === 'secret') {
          throw new KargoRequestError(403, 'you may not see it');
        }
        return list();
      });
    renderWithKargo(card, api);
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
