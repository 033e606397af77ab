import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import type {
  KargoPromoteSectionProps,
  KargoStepViewProps,
} from 'backstage-plugin-kargo';
import { NotesWritten } from './NotesWritten';
import { ReleaseNotes } from './ReleaseNotes';

it('leads to the notes of each image', async () => {
  const freight = {
    images: [{ repoURL: 'ghcr.io/acme/web', tag: '1.2.0+3' }],
  } as KargoPromoteSectionProps['freight'];
  renderInTestApp(
    <ReleaseNotes
      {...({ project: 'shop', freight } as KargoPromoteSectionProps)}
    />,
  );
  expect(
    await screen.findByRole('link', { name: /Notes of 1\.2\.0\+3/ }),
  ).toHaveAttribute('href', 'https://notes.acme.example/releases/1.2.0%2B3');
});

it.each([
  [{ title: 'Web 1.2.0' }, 'Web 1.2.0'],
  [undefined, 'Nothing was written yet.'],
])('tells what was written: %j', async (output, text) => {
  const step = { alias: 'notes', uses: 'acme-release-notes', output };
  renderInTestApp(<NotesWritten {...({ step } as KargoStepViewProps)} />);
  expect(await screen.findByText(text)).toBeInTheDocument();
});
