import { useAnalytics, useApi } from '@backstage/frontend-plugin-api';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { invalidateProject } from '../queries/invalidateProject';
import { ReviewRow } from './review';

/** What became of one promotion that was asked for: its name, or why there is none. */
export interface PromotionOutcome {
  promotion?: string;
  error?: Error;
}

/**
 * Promotes to several Stages, one after the other in their order. Each is asked for by
 * itself, so that one that is refused keeps no other from starting. Whoever closes the
 * dialog meanwhile asks for no more of them. What is on the page is loaded again once, at the
 * end, and not after each of hundreds.
 */
export function usePromoteSeveral(project: string) {
  const api = useApi(kargoApiRef);
  const analytics = useAnalytics();
  const client = useQueryClient();
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
  const promote = async ({ stage, freight }: ReviewRow) => {
    try {
      const { metadata } = await api.promoteToStage({
        project,
        stage: stage.metadata.name,
        body: { freight: freight.metadata.name },
      });
      analytics.captureEvent('create', 'promotion');
      return { promotion: metadata.name };
    } catch (error) {
      return { error: error as Error };
    }
  };
  const promoteAll = async (rows: readonly ReviewRow[]) => {
    setPending(true);
    for (const row of rows) {
      if (isOpen.current) {
        const outcome = await promote(row);
        setOutcomes(old => ({ ...old, [row.id]: outcome }));
      }
    }
    setPending(false);
    invalidateProject(client, project);
  };
  return { outcomes, isPending, promote: promoteAll };
}
