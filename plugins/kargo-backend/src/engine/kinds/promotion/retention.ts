import { isPromotionTerminal, Promotion } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../../ports/ResourceIndex';
import { KindRetention } from '../KindModule';

/** Of each Stage's Promotions the newest stay, and those that the Stage goes on from. */
export const promotionRetention: KindRetention<Promotion> = {
  policy: 'promotions',
  groupBy: 'stage',
  orderBy: 'createdAt',
  since: ({ metadata }) => metadata.creationTimestamp,
  begin: ({ store, recordPromotion }) => ({
    async loadJudge({ namespace, value: stage }) {
      const remembered = await rememberedPromotions(store, namespace, stage);
      return ({ metadata, status }) => ({
        isInUse: !isPromotionTerminal(status?.phase),
        isProtected: remembered.has(metadata.name),
      });
    },
    async beforeDelete(promotion) {
      await recordPromotion(promotion);
      return true;
    },
  }),
};

/** The Promotions that their Stage goes on from. */
async function rememberedPromotions(
  store: IndexedStore,
  namespace: string,
  name: string,
): Promise<Set<string>> {
  const stage = await store.find({ kind: 'Stage', namespace, name });
  const { currentPromotion, lastPromotion } = stage?.status ?? {};
  return new Set(
    [currentPromotion, lastPromotion].flatMap(reference =>
      reference ? [reference.name] : [],
    ),
  );
}
