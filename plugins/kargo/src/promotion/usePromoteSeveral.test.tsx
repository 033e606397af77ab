import { useIsFetching } from '@tanstack/react-query';
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { aFreight, aStage } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { ReviewRow } from './review';
import { useStages } from '../queries/usePipeline';
import { usePromoteSeveral } from './usePromoteSeveral';

const freight = aFreight('f1');
const stages = [aStage('qa'), aStage('uat')];
const rows = stages.map(
  stage => ({ id: stage.metadata.name, stage, freight } as ReviewRow),
);

function PromoteAll(props: { onEnd: () => void }) {
  const { promote } = usePromoteSeveral('shop');
  return (
    <button onClick={() => promote(rows).then(props.onEnd)}>promote</button>
  );
}

function Dialog(props: { onEnd: () => void }) {
  const [isOpen, setOpen] = useState(true);
  return (
    <>
      {isOpen && <PromoteAll onEnd={props.onEnd} />}
      <button onClick={() => setOpen(false)}>close</button>
    </>
  );
}

it.each([
  ['all of them', false, 2],
  ['no more of them once the dialog is closed', true, 1],
])('promotes %s', async (_, isClosed, count) => {
  const api = FakeKargoApi.create({ stages, freight: [freight] });
  const promote = api.promoteToStage.bind(api);
  const answers: Array<() => void> = [];
  jest.spyOn(api, 'promoteToStage').mockImplementation(async request => {
    const created = await promote(request);
    await new Promise<void>(resolve => answers.push(resolve));
    return created;
  });
  const onEnd = jest.fn();
  renderWithKargo(<Dialog onEnd={onEnd} />, api);
  await userEvent.click(await screen.findByText('promote'));
  await waitFor(() => expect(answers).toHaveLength(1));
  if (isClosed) {
    await userEvent.click(screen.getByText('close'));
  }
  await waitFor(() => {
    answers.forEach(answer => answer());
    expect(onEnd).toHaveBeenCalled();
  });
  expect(api.calls).toHaveLength(count);
});

it('loads what is on the page again once, and not after each', async () => {
  const api = FakeKargoApi.create({ stages, freight: [freight] });
  const list = jest.spyOn(api, 'listStages');
  function Page() {
    const { items = [] } = useStages('shop');
    const isAsking = useIsFetching() > 0;
    const [isDone, setDone] = useState(false);
    return (
      <>
        <PromoteAll onEnd={() => setDone(true)} />
        {isDone && !isAsking && `${items.length} Stages`}
      </>
    );
  }
  renderWithKargo(<Page />, api);
  await userEvent.click(await screen.findByText('promote'));
  expect(await screen.findByText('2 Stages')).toBeInTheDocument();
  expect(api.calls).toHaveLength(2);
  expect(list).toHaveBeenCalledTimes(2);
});
