import {
  onlineManager,
  QueryClient,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { act, screen, waitFor } from '@testing-library/react';
import { KargoRequestError } from 'backstage-plugin-kargo-common';
import {
  aFreight,
  aProject,
  aPromotion,
  aStage,
  aWarehouse,
  holding,
} from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { aConfigMap } from '../../dev/testing/FakeSettings';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { KargoRouter } from '../project/KargoRouter';
import { SystemBanner } from './SystemBanner';

const since = '2026-01-01T00:00:00Z';

/** What is on a page: loaded a while ago, and perhaps not again. */
function Shown(props: { loadedAt: number; failure?: Error }) {
  const { loadedAt, failure } = props;
  useQuery({
    queryKey: ['kargo', 'shown', loadedAt],
    queryFn: () => (failure ? Promise.reject(failure) : 'new'),
    initialData: 'old',
    initialDataUpdatedAt: loadedAt,
    retry: false,
  });
  return null;
}

const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;

const draw = (api: FakeKargoApi, failure?: Error) =>
  renderWithKargo(
    <>
      <Shown loadedAt={minutesAgo(9)} />
      <Shown loadedAt={minutesAgo(3)} {...(failure && { failure })} />
      <SystemBanner />
    </>,
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
  renderWithKargo(<SystemBanner />, api);
  await waitFor(() => expect(asked).toHaveBeenCalled());
  // What stands first is sent; the signal that stops the request is not.
  expect(asked).toHaveBeenCalledWith({}, { signal: expect.anything() });
});

describe('a page that stays open', () => {
  const freight = aFreight('f1', { alias: 'calm-heron', version: '1.4.1' });
  const stage = aStage('test', { status: holding(freight) });
  const promotion = aPromotion('test.1', stage, freight, {
    phase: 'Succeeded',
  });
  const project = '/projects/shop';
  let client: QueryClient;
  const Client = () => {
    client = useQueryClient();
    return null;
  };

  function open(path: string) {
    const api = FakeKargoApi.create({
      projects: [aProject('shop', [1, 1], 'What it delivers')],
      warehouses: [aWarehouse('web')],
      stages: [stage],
      freight: [freight],
      promotions: [promotion],
      settings: {
        project: aProject('shop', [1, 1]),
        configMaps: { Project: [aConfigMap('region', { name: 'eu' })] },
      },
    });
    renderWithKargo(
      <>
        <Client />
        <KargoRouter />
      </>,
      api,
      { path },
    );
    return api;
  }

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
    onlineManager.setOnline(true);
  });

  const PAGES = [
    ['all projects', '/', 'What it delivers'],
    ['the pipeline', `${project}?view=list`, 'Freight, newest first'],
    ['the activity', `${project}/activity`, '1.4.1 (calm-heron)'],
    ['the versions', `${project}/versions`, 'Runs here'],
    ['a promotion', `${project}/promotions/test.1`, 'Contents'],
    ['the settings', `${project}/settings/config-maps`, 'region'],
  ];

  it.each(PAGES)('keeps %s, and says that it is old', async (_, path, text) => {
    const api = open(path);
    await screen.findAllByText(text);
    api.goAway(new KargoRequestError(422, 'The store is broken.'));
    await act(() => client.refetchQueries({ type: 'active' }));
    const banner = await screen.findByText('This could not be loaded again');
    expect(banner.closest('[role="alert"]')).toHaveTextContent(
      'The store is broken.',
    );
    expect(screen.getAllByText(text).length).toBeGreaterThan(0);
  });

  it.each(PAGES)(
    'goes on with %s by itself when the portal is back',
    async (_, path, text) => {
      jest.useFakeTimers({ advanceTimers: true });
      const api = open(path);
      await screen.findAllByText(text);
      api.goAway(new TypeError('Failed to fetch'));
      // With its two further attempts.
      const asked = client.refetchQueries({ type: 'active' });
      await act(() => jest.advanceTimersByTimeAsync(10_000));
      await act(() => asked);
      await screen.findByText('The portal does not answer');
      api.comeBack();
      await act(() => jest.advanceTimersByTimeAsync(40_000));
      await waitFor(() =>
        expect(screen.queryByRole('alert')).not.toBeInTheDocument(),
      );
    },
  );

  it('asks again at once when the browser is online again', async () => {
    const api = open(`${project}/settings/config-maps`);
    await screen.findByText('region');
    api.goAway(new KargoRequestError(422, 'The store is broken.'));
    act(() => onlineManager.setOnline(false));
    await act(() => client.refetchQueries({ type: 'active' }));
    await screen.findByText('This could not be loaded again');
    api.comeBack();
    // As it would be after a while.
    await act(() => client.invalidateQueries({ refetchType: 'none' }));
    act(() => onlineManager.setOnline(true));
    await waitFor(() =>
      expect(screen.queryByRole('alert')).not.toBeInTheDocument(),
    );
  });

  it('is as old as the last word of the portal, not as the last change', async () => {
    const api = open(`${project}?view=list`);
    await screen.findByText('Live');
    const now = Date.now;
    const later = (minutes: number) =>
      jest
        .spyOn(Date, 'now')
        .mockImplementation(() => now() + minutes * 60_000);
    // Nothing changes for two hours, then nobody answers, which is noticed at once.
    later(120);
    api.goAway(new TypeError('Failed to fetch'));
    await screen.findByText(/Reconnecting|Not up to date/);
    later(122);
    await act(() => client.refetchQueries({ type: 'active' }));
    expect(
      await screen.findByText(/What you see is from 2 minutes ago\./),
    ).toHaveAttribute('aria-live', 'off');
  });
});
