import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { FakeKargoApi } from '../../dev/testing/FakeKargoApi';
import { renderWithKargo } from '../../dev/testing/renderWithKargo';
import { DetailDrawer } from './DetailDrawer';
import { aFreight, aPromotion, aStage } from '../../dev/testing/builders';
import { StepList } from '../promotion/StepList';
import { stepViews } from '../promotion/promotionModel';
import { SkeletonRows } from './StateViews';

/** Answers a media query as a browser does whose viewer asked for less motion, or did not. */
function askForMotion(isReduced: boolean) {
  window.matchMedia = query =>
    ({
      matches: isReduced && query === '(prefers-reduced-motion: reduce)',
      media: query,
      addListener: () => undefined,
      removeListener: () => undefined,
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    } as unknown as MediaQueryList);
}

function Page() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Details
      </button>
      <DetailDrawer
        isOpen={isOpen}
        onClose={() => undefined}
        kind="Stage"
        title="test"
      >
        <SkeletonRows rows={1} />
      </DetailDrawer>
    </>
  );
}

async function draw() {
  const { baseElement } = renderWithKargo(<Page />, FakeKargoApi.create());
  await userEvent.click(await screen.findByRole('button'));
  const drawer = await screen.findByRole('dialog', { name: 'test' });
  const [, duration] = /transform (\d+)ms/.exec(drawer.style.transition) ?? [];
  return {
    slides: Number(duration) > 0,
    sways: baseElement.querySelector('.MuiSkeleton-wave') !== null,
  };
}

async function openStep() {
  // Nothing is laid out here: what has no height opens at once for everybody.
  jest.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(300);
  const promotion = aPromotion('test.1', aStage('test'), aFreight('f1'), {
    phase: 'Succeeded',
    state: { 'step-1': { commit: 'abc' } },
  });
  const { baseElement } = renderWithKargo(
    <StepList
      promotion={promotion}
      steps={stepViews(promotion)}
      nowMs={Date.now()}
    />,
    FakeKargoApi.create(),
  );
  const [step] = await screen.findAllByRole('button');
  await userEvent.click(step);
  const opening = baseElement.querySelector<HTMLElement>('.MuiCollapse-root')!;
  return Number.parseInt(opening.style.transitionDuration, 10) > 0;
}

describe('what moves', () => {
  const { matchMedia } = window;
  afterEach(() => {
    window.matchMedia = matchMedia;
    jest.restoreAllMocks();
  });

  it.each([
    ['for nobody who asked for less motion', true, false],
    ['for everybody else', false, true],
  ])('slides and sways %s', async (_, isReduced, moves) => {
    askForMotion(isReduced);
    expect(await draw()).toEqual({ slides: moves, sways: moves });
  });

  it.each([
    ['at once for who asked for less motion', true, false],
    ['slowly for everybody else', false, true],
  ])('opens a step %s', async (_, isReduced, moves) => {
    askForMotion(isReduced);
    expect(await openStep()).toBe(moves);
  });
});
