import {
  act,
  fireEvent,
  screen,
  waitFor,
  within,
} from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { FreightArtifact } from 'backstage-plugin-kargo-common';
import { aFreight, aPromotion, aStage } from '../../dev/testing/builders';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { findObstacles } from '../../dev/testing/findObstacles';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { PromotionDetail } from '../promotion/PromotionDetail';
import { ActionButton } from './ActionButton';
import { ArtifactTable } from './ArtifactTable';
import { VersionChips } from './VersionChips';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const COMMIT = 'c0ffee'.repeat(7).slice(0, 40);

function anImage(name: string): FreightArtifact {
  return {
    kind: 'image',
    key: name,
    source: `ghcr.io/acme/${name}`,
    version: '1.2.0',
    revision: DIGEST,
  } as FreightArtifact;
}

function show(element: JSX.Element) {
  renderWithKargo(<main>{element}</main>, FakeKargoApi.create());
}

it('shows by the keyboard what there is no room for, and gives the focus back', async () => {
  const user = userEvent.setup();
  show(<VersionChips artifacts={['a', 'b', 'c', 'd'].map(anImage)} max={2} />);
  const button = await screen.findByRole('button', { name: '+2' });
  await user.tab();
  expect(button).toHaveFocus();
  await user.keyboard('{Enter}');
  const all = within(await screen.findByRole('dialog', { name: '+2' }));
  for (const name of ['a', 'b', 'c', 'd']) {
    expect(all.getByText(new RegExp(`acme/${name}`))).toBeInTheDocument();
  }
  expect(await findObstacles()).toEqual([]);
  await user.keyboard('{Escape}');
  await waitFor(() =>
    expect(screen.queryByRole('dialog')).not.toBeInTheDocument(),
  );
  expect(button).toHaveFocus();
});

it('shows a whole digest, and the commit that a tag stands for', async () => {
  const commit = { ...anImage('code'), kind: 'commit', revision: COMMIT };
  const image = { ...anImage('web'), image: { digest: DIGEST } };
  show(<ArtifactTable artifacts={[commit, image] as FreightArtifact[]} />);
  expect(await screen.findByText(COMMIT)).toBeInTheDocument();
  await userEvent.click(screen.getByRole('button', { name: /^sha256:/ }));
  expect(await screen.findByText(DIGEST)).toBeInTheDocument();
});

it('tells a finger at once why a button cannot be used', async () => {
  show(
    <ActionButton onClick={() => undefined} refusal="Ask the owners.">
      Promote
    </ActionButton>,
  );
  const button = await screen.findByRole('button', { name: 'Promote' });
  fireEvent.touchStart(button);
  expect(await screen.findByText('Ask the owners.')).toBeInTheDocument();
  fireEvent.touchEnd(button);
  await act(async () => fireEvent.click(button));
  expect(screen.getByText('Ask the owners.')).toBeInTheDocument();
});

it('writes in the details when something was, to the second', async () => {
  const stage = aStage('prod');
  const freight = aFreight('f1');
  const promotion = aPromotion('prod.1', stage, freight, {
    phase: 'Succeeded',
  });
  promotion.metadata.creationTimestamp = '2026-03-01T12:34:56Z';
  show(
    <PromotionDetail
      project="shop"
      promotion={promotion}
      freightName="f1"
      addressOf={() => ''}
    />,
  );
  expect(await screen.findByText(/2026.*\b34:56/)).toBeVisible();
});
