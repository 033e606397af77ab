import {
  isPromotionTerminal,
  KargoClient,
  Promotion,
} from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { waitUntil } from '../connection/waitUntil';
import { createProgress } from './progress';

/** Waits until Promotions have ended, and tells somebody at a terminal how far they are. */
export function waitForPromotions(
  context: CliContext,
  client: KargoClient,
  promotions: readonly Promotion[],
): Promise<Promotion[]> {
  const tell = createProgress(context);
  return Promise.all(
    promotions.map(({ metadata: { namespace: project = '', name } }) =>
      waitUntil(context, {
        load: () => client.read('getPromotion', { project, name }),
        changes: (resourceVersion, options) =>
          client.watch(
            { project, kind: 'promotions', name, resourceVersion },
            options,
          ),
        isDone: ({ status }) => isPromotionTerminal(status?.phase),
        tell,
      }),
    ),
  );
}

/** What went wrong with a Promotion that has ended; nothing when it succeeded. */
export function describeEnd({ metadata, status }: Promotion): string[] {
  if (status?.phase === 'Succeeded') {
    return [];
  }
  const why = status?.message ? `: ${status.message}` : '';
  return [`Promotion '${metadata.name}' ended as ${status?.phase}${why}`];
}
