import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { CreateManifestButton } from './CreateManifestButton';

let mockIsAway = false;
jest.mock('./YamlEditor', () => {
  if (mockIsAway) {
    throw new Error('Loading chunk 7 failed.');
  }
  return jest.requireActual('./YamlEditor');
});

it('says in the dialog that its code cannot be loaded, and loads it once it can be', async () => {
  mockIsAway = true;
  renderWithKargo(
    <CreateManifestButton kind="Stage" project="shop" />,
    FakeKargoApi.create(),
  );
  await userEvent.click(await screen.findByText('Create Stage'));
  const dialog = within(
    await screen.findByRole('dialog', { name: 'Create Stage' }),
  );
  expect(await dialog.findByRole('alert')).toHaveTextContent(
    'Loading chunk 7 failed.',
  );
  mockIsAway = false;
  await userEvent.click(dialog.getByRole('button', { name: 'Try again' }));
  expect(
    await dialog.findByRole('textbox', { name: 'Create Stage' }),
  ).toHaveTextContent('kind: Stage');
});
