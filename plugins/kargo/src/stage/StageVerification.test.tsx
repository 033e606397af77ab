import { screen, waitFor, within } from '@testing-library/react';
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

  it('refuses beforehand to verify again, and says whom to ask', async () => {
    const api = FakeKargoApi.create({
      access: {
        project: { manage: { allowed: false } },
        stages: {
          prod: {
            promote: { allowed: true },
            approve: { allowed: false },
            verify: { allowed: false, reason: 'Ask the group ops.' },
          },
        },
      },
    });
    renderWithKargo(
      <StageVerification project="shop" stage={aVerifiedStage()} />,
      api,
    );
    const button = await screen.findByRole('button', { name: 'Verify again' });
    await waitFor(() =>
      expect(button).toHaveAttribute('aria-disabled', 'true'),
    );
    await userEvent.hover(button);
    expect(await screen.findByRole('tooltip')).toHaveTextContent(
      'Ask the group ops.',
    );
    await userEvent.click(button);
    expect(api.calls).toEqual([]);
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
