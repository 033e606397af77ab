import { PromotionStatus } from 'backstage-plugin-kargo-common';
import { aPromotion } from '../testing/resources';
import { createProgress } from './progress';

const STEPS = [{ uses: 'git-clone', as: 'clone' }, { uses: 'git-push' }];
const BEGAN = Date.parse('2026-03-01T12:00:00Z');

/** What is told while a Promotion goes through some states, one every ten seconds. */
function tell(states: PromotionStatus[], isTerminal = true): string[] {
  const lines: string[] = [];
  let seconds = 0;
  const progress = createProgress({
    isTerminal,
    now: () => new Date(BEGAN + seconds * 1000),
    writeError: text => lines.push(text),
  });
  for (const status of states) {
    seconds += 10;
    const promotion = aPromotion('prod.01a.f1', status);
    progress({
      ...promotion,
      spec: { ...promotion.spec, steps: STEPS },
    } as typeof promotion);
  }
  return lines;
}

describe('progress', () => {
  const running = (currentStep: number, message?: string) =>
    ({
      phase: 'Running',
      currentStep,
      stepExecutionMetadata: STEPS.slice(0, currentStep + 1).map(() => ({
        message,
      })),
    } as PromotionStatus);

  it('tells each step once, with what it says and the time', () => {
    expect(
      tell([
        running(0),
        running(0),
        running(1, 'waiting for the remote\nand more'),
        { phase: 'Succeeded' },
      ]),
    ).toEqual([
      'prod.01a.f1: step 1 of 2 (clone), after 10s\n',
      'prod.01a.f1: step 2 of 2 (git-push): waiting for the remote, after 30s\n',
      'prod.01a.f1: Succeeded, after 40s\n',
    ]);
  });

  it('is pending before it runs', () => {
    expect(tell([{} as PromotionStatus])).toEqual([
      'prod.01a.f1: Pending, after 10s\n',
    ]);
  });

  it('is for people alone', () => {
    expect(tell([running(0)], false)).toEqual([]);
  });
});
