import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import { KargoSearchDocument } from 'backstage-plugin-kargo-common';
import { findObstacles } from '../../dev/testing/findObstacles';
import { KargoSearchResultListItem } from './KargoSearchResultListItem';

const result: KargoSearchDocument = {
  title: '1.4.1 (brisk-otter)',
  text: 'Freight of project shop from web: web 1.4.1 (ghcr.io/acme/web)',
  location: '/kargo/projects/shop?freight=f1',
  authorization: { resourceRef: 'shop' },
  kind: 'Freight',
  project: 'shop',
  name: 'f1',
};

describe('what the search found', () => {
  it('leads to the page that shows it, and says what it is', async () => {
    renderInTestApp(
      <main>
        <KargoSearchResultListItem result={result} />
      </main>,
    );
    expect(
      await screen.findByRole('link', { name: '1.4.1 (brisk-otter)' }),
    ).toHaveAttribute('href', '/kargo/projects/shop?freight=f1');
    expect(screen.getByText('Freight')).toBeInTheDocument();
    expect(screen.getByText(result.text)).toBeInTheDocument();
    expect(await findObstacles()).toEqual([]);
  });

  it('shows where it holds what was searched for', async () => {
    renderInTestApp(
      <KargoSearchResultListItem
        result={result}
        highlight={{
          preTag: '<>',
          postTag: '</>',
          fields: { title: '1.4.1 (<>brisk</>-otter)' },
        }}
      />,
    );
    const found = await screen.findByText('brisk');
    expect(found.tagName).toBe('MARK');
    expect(screen.getByRole('link')).toHaveTextContent('1.4.1 (brisk-otter)');
  });

  it('says nothing of nothing', async () => {
    renderInTestApp(
      <>
        before
        <KargoSearchResultListItem />
      </>,
    );
    await screen.findByText('before');
    expect(screen.queryByRole('link')).not.toBeInTheDocument();
  });
});
