import { Promotion, PromotionStatus } from 'backstage-plugin-kargo-common';
import { StoreUnavailableError } from '../../ports/StoreUnavailableError';
import { FakeClock } from '../../testing/FakeClock';
import { runPromotion } from './PromotionRun';
import { PromotionRunOptions } from './PromotionRunOptions';

describe('a Promotion that cannot read its outputs yet', () => {
  it.each([
    ['keeps the folder in which nothing has run', false, 'here'],
    ['keeps none that is not filled yet', true, undefined],
  ])('%s', async (_, isNew, workspace) => {
    const written: PromotionStatus[] = [];
    const options: Partial<PromotionRunOptions> = {
      promotion: { metadata: { namespace: 'demo', name: 'p' } } as Promotion,
      // The next step fills the folder, which is not named while it does.
      status: {
        phase: 'Running',
        currentStep: 1,
        sealedOutputs: { text: 'x', keyId: 'k' },
      },
      workspace: { id: 'here', isNew } as PromotionRunOptions['workspace'],
      sealer: {
        seal: () => ({ text: '', keyId: '' }),
        unseal: () => {
          throw new StoreUnavailableError('no such key');
        },
      },
      clock: FakeClock.create(),
      persist: async status => {
        written.push(status);
      },
    };
    const { kind } = await runPromotion(options as PromotionRunOptions);
    expect(kind).toBe('waiting');
    expect(written.map(status => status.workspace)).toEqual([workspace]);
  });
});
