import { screen, waitFor } from '@testing-library/react';
import { KargoRequestError } from 'backstage-plugin-kargo-common';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { SystemBanner } from './SystemBanner';

const since = '2026-01-01T00:00:00Z';

const draw = (api: FakeKargoApi, failure?: Error) =>
  renderWithKargo(
    <SystemBanner failure={failure} updatedAt={Date.now() - 180_000} />,
    api,
  );

it('says what the engine says while it does not run', async () => {
  const api = FakeKargoApi.create();
  api.engine = {
    state: 'impaired',
    since,
    message: 'It starts again in 10 s.',
  };
  draw(api);
  const banner = await screen.findByRole('alert');
  expect(banner).toHaveTextContent('The engine does not run');
  expect(banner).toHaveTextContent('It starts again in 10 s.');
});

it('calls a start what it is', async () => {
  const api = FakeKargoApi.create();
  api.engine = { state: 'starting', since };
  draw(api);
  expect(await screen.findByText('The engine is starting')).toBeInTheDocument();
});

it('says how old the page is while the database is away', async () => {
  draw(
    FakeKargoApi.create(),
    new KargoRequestError(503, 'The database does not answer.'),
  );
  const banner = await screen.findByRole('alert');
  expect(banner).toHaveTextContent('The database does not answer.');
  expect(banner).toHaveTextContent('What you see is from 3 minutes ago.');
});

it('says that the portal does not answer', async () => {
  const api = FakeKargoApi.create();
  api.engine = new TypeError('Failed to fetch');
  draw(api);
  expect(
    await screen.findByText('The portal does not answer'),
  ).toBeInTheDocument();
});

it('says nothing while all is well, or when an older portal does not know', async () => {
  const api = FakeKargoApi.create();
  api.engine = new KargoRequestError(404, 'no such path');
  const asked = jest.spyOn(api, 'getEngineHealth');
  draw(api);
  await waitFor(() => expect(asked).toHaveBeenCalled());
  await expect(asked.mock.results[0].value).rejects.toThrow();
  expect(screen.queryByRole('alert')).not.toBeInTheDocument();
});

it('asks for the health of the engine, and for nothing beside', async () => {
  const api = FakeKargoApi.create();
  const asked = jest.spyOn(
    api,
    'getEngineHealth',
  ) as unknown as jest.SpyInstance<unknown, unknown[]>;
  renderWithKargo(<SystemBanner failure={undefined} updatedAt={0} />, api);
  await waitFor(() => expect(asked).toHaveBeenCalled());
  // What stands first is sent; the signal that stops the request is not.
  expect(asked).toHaveBeenCalledWith({}, { signal: expect.anything() });
});
