import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { AnalysisRun } from 'backstage-plugin-kargo-common';
import { aFreight, aStage, holding } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { StageVerification } from './StageVerification';

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
  },
  spec: { metrics: [{ name: 'latency', provider: { web: {} } }] },
  status: {
    phase: 'Failed',
    metricResults: [
      {
        name: 'latency',
        phase: 'Failed',
        count: 2,
        successful: 1,
        failed: 1,
        measurements: [
          {
            phase: 'Successful',
            value: '120',
            finishedAt: '2026-06-01T00:00:00Z',
          },
          {
            phase: 'Failed',
            value: '950',
            message: 'too slow',
            finishedAt: '2026-06-01T00:01:00Z',
          },
        ],
      },
    ],
  },
};

function aVerifiedStage() {
  const [current, ...older] = holding(aFreight('f1')).freightHistory ?? [];
  return aStage('prod', {
    status: {
      freightHistory: [
        {
          ...current,
          verificationHistory: [
            {
              id: 'v1',
              phase: 'Failed',
              message: 'Metric "latency" assessed Failed',
              analysisRun: {
                namespace: 'shop',
                name: 'prod.1',
                phase: 'Failed',
              },
              finishTime: '2026-06-01T00:01:00Z',
            },
          ],
        },
        ...older,
      ],
    },
  });
}

describe('the verification of a Stage', () => {
  it('shows what was measured, newest first, when somebody asks', async () => {
    const api = FakeKargoApi.create({ analysisRuns: [run] });
    renderWithKargo(
      <StageVerification project="shop" stage={aVerifiedStage()} />,
      api,
    );
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
    const toggle = await screen.findByRole('button', { name: 'Measurements' });
    expect(toggle).toHaveAttribute('aria-expanded', 'false');
    await userEvent.click(toggle);
    const metric = within(
      await screen.findByRole('region', { name: 'latency' }),
    );
    expect(metric.getByText(/1 successful, 1 failed/)).toBeInTheDocument();
    const table = metric.getByRole('table', {
      name: 'Measurements of latency',
    });
    const [, newest, oldest] = within(table).getAllByRole('row');
    expect(newest).toHaveTextContent('950 – too slow');
    expect(oldest).toHaveTextContent('120');
    await userEvent.click(toggle);
    expect(screen.queryByRole('table')).not.toBeInTheDocument();
  });

  it('says why the measurements cannot be shown', async () => {
    renderWithKargo(
      <StageVerification project="shop" stage={aVerifiedStage()} />,
      FakeKargoApi.create({}),
    );
    await userEvent.click(
      await screen.findByRole('button', { name: 'Measurements' }),
    );
    expect(await screen.findByRole('alert')).toHaveTextContent('prod.1');
  });
});
