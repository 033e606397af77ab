import { renderInTestApp, TestApiProvider } from '@backstage/test-utils';
import { screen } from '@testing-library/react';
import { aFreight, aStage } from '../../dev/testing/builders';
import { AddedPromoteSections } from './AddedSections';
import {
  KargoAddition,
  kargoAdditionsApiRef,
  KargoPromoteSectionProps,
} from './KargoAdditions';

type Section = KargoAddition<KargoPromoteSectionProps>;

const sound: Section = {
  id: 'sound',
  title: 'Sound',
  Component: () => <p>All is well</p>,
};

function fail(): never {
  throw new Error('It broke');
}

/** As a portal of the old frontend system registers them, without a boundary of their own. */
async function show(promoteSections: Section[]) {
  await renderInTestApp(
    <TestApiProvider apis={[[kargoAdditionsApiRef, { promoteSections }]]}>
      <AddedPromoteSections
        project="shop"
        stage={aStage('test')}
        freight={aFreight('f1')}
      />
    </TestApiProvider>,
  );
}

describe('an addition that fails, fails alone', () => {
  it('where it cannot say whether it has anything to show', async () => {
    const unsure = { ...sound, id: 'unsure', title: 'Unsure', appliesTo: fail };
    await show([unsure, sound]);
    expect(screen.getAllByText('All is well')).toHaveLength(2);
  });

  it('where it cannot be shown', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation(() => {});
    await show([{ ...sound, id: 'broken', Component: fail }, sound]);
    expect(screen.getByText('All is well')).toBeInTheDocument();
    expect(screen.getAllByText(/It broke/)).not.toHaveLength(0);
    printed.mockRestore();
  });
});
