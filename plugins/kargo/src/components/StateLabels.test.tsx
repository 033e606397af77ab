import { screen } from '@testing-library/react';
import { StageState, VerificationPhase } from 'backstage-plugin-kargo-common';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { StageStateLabel } from './StateLabels';

it.each<[StageState, VerificationPhase | undefined, string]>([
  ['verificationFailed', 'Failed', 'Verification failed'],
  ['verificationFailed', 'Error', 'Verification failed'],
  ['verificationFailed', undefined, 'Verification failed'],
  ['verificationFailed', 'Inconclusive', 'Verification unclear'],
  ['verificationFailed', 'Aborted', 'Verification stopped'],
  ['unhealthy', 'Inconclusive', 'Unhealthy'],
  ['ready', 'Aborted', 'Ready'],
])('calls a Stage that is %s by a verification %s: %s', async (...given) => {
  const [state, verification, text] = given;
  renderWithKargo(
    <StageStateLabel state={state} verification={verification} />,
    FakeKargoApi.create(),
  );
  expect(await screen.findByText(text)).toBeInTheDocument();
});
