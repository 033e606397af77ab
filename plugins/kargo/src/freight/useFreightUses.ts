import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { freightUses } from 'backstage-plugin-kargo-common';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';

/**
 * Why Freight may not be deleted, by the engine's own rule; `undefined` where no Stage of
 * the pipeline needs it. The server also knows of Promotions that wait, and of Stages
 * which the pipeline leaves out.
 */
export function useFreightUses(
  { stages }: Pipeline,
  name: string,
): string | undefined {
  const { t } = useTranslationRef(kargoTranslationRef);
  const uses = stages.flatMap(stage => {
    const use = freightUses(stage).get(name);
    return use
      ? [t(`freight.uses.${use}`, { stage: stage.metadata.name })]
      : [];
  });
  return uses.length > 0 ? uses.join(' ') : undefined;
}
