import { useApi } from '@backstage/frontend-plugin-api';
import { useQuery } from '@tanstack/react-query';
import {
  comparePromotions,
  isPromotionTerminal,
  Promotion,
} from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from './keys';
import { LiveList, useLiveList } from './useLiveList';

/** The Promotions of a Stage in queue order, kept current. */
export function usePromotions(
  project: string,
  stage: string,
): LiveList<Promotion> {
  const list = useLiveList<'promotions'>({
    queryKey: kargoKeys.promotions(project, stage),
    request: { project, kind: 'promotions', stage },
    list: async (api, signal) => {
      const { items, metadata } = await api.listPromotions(
        { project, stage },
        { signal },
      );
      return { items: items ?? [], resourceVersion: metadata.resourceVersion };
    },
  });
  return useMemo(
    () => ({
      ...list,
      items: list.items && [...list.items].sort(comparePromotions),
    }),
    [list],
  );
}

/** One Promotion, kept current while it runs. */
export function usePromotion(
  project: string,
  name: string,
): LiveList<Promotion> {
  return useLiveList<'promotions'>({
    queryKey: kargoKeys.promotion(project, name),
    request: { project, kind: 'promotions', name },
    list: async (api, signal) => {
      const { object, resourceVersion } = await api.read(
        'getPromotion',
        { project, name },
        { signal },
      );
      return { items: [object], resourceVersion };
    },
  });
}

/** The alias of Freight; absent while unknown, or when it has none. */
export function useFreightAlias(
  project: string,
  name: string | undefined,
): string | undefined {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.freightByName(project, name ?? ''),
    queryFn: ({ signal }) =>
      api.getFreight({ project, freight: name ?? '' }, { signal }),
    enabled: name !== undefined,
  }).data?.alias;
}

/** A page of projects, the viewer's first. */
export function useProjects(filter: string, page: number, pageSize: number) {
  const api = useApi(kargoApiRef);
  return useQuery({
    queryKey: kargoKeys.projects(filter, page),
    queryFn: ({ signal }) =>
      api.listProjects(
        { ...(filter && { filter }), mineFirst: true, page, pageSize },
        { signal },
      ),
    placeholderData: previous => previous,
    refetchInterval: 30_000,
  });
}

/** Whether anything can still happen to a Promotion. */
export function isUnderWay(promotion: Promotion): boolean {
  return !isPromotionTerminal(promotion.status?.phase);
}
