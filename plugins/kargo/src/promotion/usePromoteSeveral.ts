import { useEffect, useRef, useState } from 'react';
import { useKargoActions } from '../queries/useKargoActions';
import { ReviewRow } from './review';

/** What became of one promotion that was asked for: its name, or why there is none. */
export interface PromotionOutcome {
  promotion?: string;
  error?: Error;
}

/**
 * Promotes to several Stages, one after the other in their order. Each is asked for by
 * itself, so that one that is refused keeps no other from starting. Whoever closes the
 * dialog meanwhile asks for no more of them.
 */
export function usePromoteSeveral(project: string) {
  const { promote } = useKargoActions(project);
  const [outcomes, setOutcomes] = useState<Record<string, PromotionOutcome>>(
    {},
  );
  const [isPending, setPending] = useState(false);
  const isOpen = useRef(true);
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
    };
  }, []);
  const promoteAll = async (rows: readonly ReviewRow[]) => {
    setPending(true);
    for (const row of rows) {
      if (!isOpen.current) {
        return;
      }
      const outcome = await promote
        .mutateAsync({
          stage: row.stage.metadata.name,
          request: { freight: row.freight.metadata.name },
        })
        .then(
          ({ metadata }): PromotionOutcome => ({ promotion: metadata.name }),
          (error: Error): PromotionOutcome => ({ error }),
        );
      setOutcomes(old => ({ ...old, [row.id]: outcome }));
    }
    setPending(false);
  };
  return { outcomes, isPending, promote: promoteAll };
}
