import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AnalysisRun, Measurement } from 'backstage-plugin-kargo-common';
import { Route, Routes } from 'react-router-dom';
import { aFreight } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { findObstacles } from '../../dev/testing/findObstacles';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { VerificationPage } from './VerificationPage';

function measured(
  value: string,
  minute: number,
  phase: Measurement['phase'] = 'Successful',
): Measurement {
  return { value, phase, finishedAt: `2026-06-01T00:0${minute}:00Z` };
}

function jobOf(...containers: string[]) {
  return {
    spec: {
      template: { spec: { containers: containers.map(name => ({ name })) } },
    },
  };
}

const run: AnalysisRun = {
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'AnalysisRun',
  metadata: {
    name: 'prod.1',
    namespace: 'shop',
    uid: 'u',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: '2026-06-01T00:00:00Z',
    labels: { 'kargo.akuity.io/stage': 'prod' },
  },
  spec: {
    metrics: [
      {
        name: 'latency',
        provider: { web: {} },
        successCondition: 'result < 500',
        failureCondition: 'result > 900',
      },
      { name: 'smoke', provider: { job: jobOf('main') } },
      { name: 'load', provider: { job: jobOf('driver', 'proxy') } },
    ],
  },
  status: {
    phase: 'Failed',
    message: 'Metric "latency" assessed Failed',
    startedAt: '2026-06-01T00:00:00Z',
    metricResults: [
      {
        name: 'latency',
        phase: 'Failed',
        successful: 2,
        failed: 1,
        measurements: [
          measured('120', 0),
          measured('300', 1),
          measured('950', 2, 'Failed'),
        ],
      },
      {
        name: 'smoke',
        phase: 'Successful',
        successful: 1,
        measurements: [measured('', 1)],
      },
      {
        name: 'load',
        phase: 'Running',
        measurements: [],
      },
    ],
  },
};

function openPage(api: FakeKargoApi, name = 'prod.1') {
  renderWithKargo(
    <main>
      <Routes>
        <Route
          path="/projects/:project/verifications/:run"
          element={<VerificationPage />}
        />
      </Routes>
    </main>,
    api,
    { path: `/projects/shop/verifications/${name}` },
  );
}

describe('the page of a verification', () => {
  it('shows how each metric is judged, the course of its numbers and all of them', async () => {
    openPage(FakeKargoApi.create({ analysisRuns: [run] }));
    expect(
      await screen.findByRole('heading', { name: 'Verification of prod' }),
    ).toBeInTheDocument();
    expect(
      screen.getByText('Metric "latency" assessed Failed'),
    ).toBeInTheDocument();
    expect(screen.getByRole('link', { name: 'prod' })).toHaveAttribute(
      'href',
      '/projects/shop?stage=prod',
    );
    const latency = within(screen.getByRole('region', { name: 'latency' }));
    expect(latency.getByText('result < 500')).toBeInTheDocument();
    expect(latency.getByText('result > 900')).toBeInTheDocument();
    expect(
      latency.getByRole('img', {
        name: 'latency: 3 measurements between 120 and 950, the newest 950',
      }),
    ).toBeInTheDocument();
    expect(latency.getAllByRole('row')).toHaveLength(4);
    expect(latency.queryByRole('button')).not.toBeInTheDocument();
    const smoke = within(screen.getByRole('region', { name: 'smoke' }));
    expect(smoke.queryByRole('img')).not.toBeInTheDocument();
    expect(await findObstacles()).toEqual([]);
  });

  it('shows what a job prints, and goes on after a stream that broke', async () => {
    const pieces: Array<string | Error> = [
      'one\ntwo\n',
      new Error('the stream broke'),
    ];
    const api = FakeKargoApi.create({
      analysisRuns: [run],
      logs: { 'prod.1 smoke': pieces },
    });
    openPage(api);
    const smoke = within(await screen.findByRole('region', { name: 'smoke' }));
    await userEvent.click(smoke.getByRole('button', { name: 'Log of smoke' }));
    expect(await smoke.findByRole('alert')).toHaveTextContent(
      'the stream broke',
    );
    expect(
      smoke.getByRole('region', { name: 'Log of smoke' }).textContent,
    ).toBe('one\ntwo\n');
    pieces.splice(1, 1, 'thr', 'ee\n');
    await userEvent.click(smoke.getByRole('button', { name: 'Try again' }));
    await waitFor(() =>
      expect(
        smoke.getByRole('region', { name: 'Log of smoke' }).textContent,
      ).toBe('one\ntwo\nthree\n'),
    );
    expect(await findObstacles()).toEqual([]);
  });

  it('lets me choose among the containers of a job', async () => {
    const api = FakeKargoApi.create({
      analysisRuns: [run],
      logs: {
        'prod.1 load driver': ['driving'],
        'prod.1 load proxy': ['listening'],
      },
    });
    openPage(api);
    const load = within(await screen.findByRole('region', { name: 'load' }));
    await userEvent.click(load.getByRole('button', { name: 'Log of load' }));
    expect(await load.findByText('driving')).toBeInTheDocument();
    await userEvent.click(load.getByRole('button', { name: /Container/ }));
    await userEvent.click(await screen.findByRole('option', { name: 'proxy' }));
    expect(await load.findByText('listening')).toBeInTheDocument();
    expect(load.queryByText('driving')).not.toBeInTheDocument();
  });

  it('finds the log where arguments name metric and containers, secret ones masked', async () => {
    const secretKeyRef = { name: 's', key: 'k' };
    const named: AnalysisRun = {
      ...run,
      spec: {
        args: [
          { name: 'app', value: 'web' },
          { name: 'token', valueFrom: { secretKeyRef } },
        ],
        metrics: [
          {
            name: '{{args.app}}-{{args.token}}',
            provider: { job: jobOf('{{args.app}}', '{{args.token}}') },
          },
        ],
      },
      status: {
        phase: 'Running',
        metricResults: [
          { name: 'web-temp-for-secret', phase: 'Running', measurements: [] },
        ],
      },
    };
    const logs = { 'prod.1 web-temp-for-secret web': ['all well'] };
    openPage(FakeKargoApi.create({ analysisRuns: [named], logs }));
    await userEvent.click(
      await screen.findByRole('button', { name: 'Log of web-temp-for-secret' }),
    );
    expect(await screen.findByText('all well')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: /Container/ }));
    expect(
      await screen.findByRole('option', { name: 'temp-for-secret' }),
    ).toBeInTheDocument();
  });

  it('says that a job has printed nothing', async () => {
    openPage(FakeKargoApi.create({ analysisRuns: [run] }));
    const smoke = within(await screen.findByRole('region', { name: 'smoke' }));
    await userEvent.click(smoke.getByRole('button', { name: 'Log of smoke' }));
    expect(await smoke.findByText('Nothing was printed.')).toBeInTheDocument();
  });

  it('names the version that is verified, and leads to it', async () => {
    const freight = aFreight('f1', { alias: 'calm-heron', version: '1.4.1' });
    const { uid } = freight.metadata;
    const owner = { apiVersion: 'v1', kind: 'Freight', name: 'f1', uid };
    const metadata = { ...run.metadata, ownerReferences: [owner] };
    openPage(
      FakeKargoApi.create({
        analysisRuns: [{ ...run, metadata }],
        freight: [freight],
      }),
    );
    expect(
      await screen.findByRole('heading', {
        name: 'Verification of 1.4.1 (calm-heron) in prod',
      }),
    ).toBeInTheDocument();
    expect(
      screen.getByRole('link', { name: '1.4.1 (calm-heron)' }),
    ).toHaveAttribute('href', '/projects/shop?freight=f1');
  });

  it('has no column of values where nothing has one', async () => {
    openPage(FakeKargoApi.create({ analysisRuns: [run] }));
    const columnsOf = async (metric: string) => {
      const region = await screen.findByRole('region', { name: metric });
      return within(region)
        .getAllByRole('columnheader')
        .map(({ textContent }) => textContent);
    };
    expect(await columnsOf('latency')).toEqual(['Measured', 'Result', 'Value']);
    expect(await columnsOf('smoke')).toEqual(['Measured', 'Result']);
  });

  it('says that a verification is not there', async () => {
    openPage(FakeKargoApi.create({ analysisRuns: [run] }), 'prod.0');
    expect(
      await screen.findByText('Verification prod.0 does not exist'),
    ).toBeInTheDocument();
  });
});
