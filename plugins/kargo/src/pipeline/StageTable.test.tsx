import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { aFreight, aStage, holding, NOW_MS } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { FreightTimeline } from '../freight/FreightTimeline';
import { FreightView, freightViews } from '../freight/freightModel';
import { buildGraphModel, StageNodeModel } from './graphModel';
import { StageTable } from './StageTable';

const old = aFreight('f1', { alias: 'calm-heron', version: '1.0.0' });
const newest = aFreight('f2', { alias: 'keen-wren', version: '1.1.0' });
const noActions = {
  onOpenStage: () => undefined,
  onOpenWarehouse: () => undefined,
  onPromote: () => undefined,
  onDropFreight: () => undefined,
  onFoldStage: () => undefined,
  onFoldWarehouse: () => undefined,
};
const onOpen = () => undefined;
const ORIGINS = ['web'];

/** Notes in a list when a field is read to be drawn, and not when all of it is compared. */
function watched<T extends object>(model: T, field: keyof T, drawn: unknown[]) {
  return Object.defineProperty({ ...model, toJSON: () => model }, field, {
    get() {
      drawn.push(model[field]);
      return model[field];
    },
  });
}

/** The models of a pipeline in which `prod` runs Freight, made anew. */
function stageModels(running: typeof old): StageNodeModel[] {
  const stages = [
    aStage('test', { status: holding(newest) }),
    aStage('prod', { status: holding(running) }),
  ];
  return buildGraphModel({
    stages,
    warehouses: [],
    freight: [old, newest],
    nowMs: NOW_MS,
  }).nodes.filter((node): node is StageNodeModel => node.kind === 'stage');
}

it('draws of a list of Stages the row that changed', async () => {
  const drawn: unknown[] = [];
  function List() {
    const [running, setRunning] = useState(old);
    return (
      <>
        <button onClick={() => setRunning(newest)}>promote</button>
        <StageTable
          stages={stageModels(running).map(m => watched(m, 'name', drawn))}
          isCompact={false}
          order="flow"
          onOrder={() => undefined}
          actions={noActions}
        />
      </>
    );
  }
  renderWithKargo(<List />, FakeKargoApi.create());
  expect(await screen.findByText('calm-heron')).toBeInTheDocument();
  drawn.length = 0;
  await userEvent.click(screen.getByText('promote'));
  expect(screen.queryByText('calm-heron')).not.toBeInTheDocument();
  expect([...new Set(drawn)]).toEqual(['prod']);
});

it('draws of the timeline the card that changed', async () => {
  const drawn: unknown[] = [];
  function Timeline() {
    const [running, setRunning] = useState(old);
    const status = { currentlyIn: { prod: {} } };
    const views: FreightView[] = freightViews(
      [newest, running === old ? old : { ...old, status }],
      ['prod'],
    );
    return (
      <>
        <button onClick={() => setRunning(newest)}>promote</button>
        <FreightTimeline
          views={views.map(view => watched(view, 'label', drawn))}
          origins={ORIGINS}
          onOpen={onOpen}
        />
      </>
    );
  }
  renderWithKargo(<Timeline />, FakeKargoApi.create());
  expect(await screen.findByText('keen-wren')).toBeInTheDocument();
  drawn.length = 0;
  await userEvent.click(screen.getByText('promote'));
  expect(screen.getByText('Runs in prod')).toBeInTheDocument();
  expect(new Set(drawn)).toEqual(new Set(['calm-heron']));
});

it.each([
  ['name', 'Stage', 'ascending'],
  ['since', 'Since', 'descending'],
] as const)(
  'tells that Stages are sorted by %s',
  async (order, head, sorted) => {
    renderWithKargo(
      <StageTable
        stages={stageModels(old)}
        isCompact={false}
        order={order}
        onOrder={() => undefined}
        actions={noActions}
      />,
      FakeKargoApi.create(),
    );
    expect(
      await screen.findByRole('columnheader', { name: head }),
    ).toHaveAttribute('aria-sort', sorted);
  },
);
