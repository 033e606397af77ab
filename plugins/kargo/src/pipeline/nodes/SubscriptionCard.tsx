import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { shortSource } from 'backstage-plugin-kargo-common';
import { memo } from 'react';
import { ArtifactIcon } from '../../components/VersionChips';
import { kargoTranslationRef } from '../../translation';
import { SubscriptionNodeModel } from '../graphModel';
import { useNodeStyles } from './nodeStyles';

/** What a subscription of a type brings; of types of others, artifacts. */
const BRINGS = { git: 'commit', image: 'image', chart: 'chart' } as const;

/** What a Warehouse watches, in the graph, with the newest that it found there. */
export const SubscriptionCard = memo(SubscriptionCardContent);

function SubscriptionCardContent(props: {
  model: SubscriptionNodeModel;
  isDimmed: boolean;
  onOpen: (warehouse: string) => void;
}) {
  const classes = useNodeStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { view, warehouse } = props.model;
  const brings = Object.hasOwn(BRINGS, view.type)
    ? BRINGS[view.type as keyof typeof BRINGS]
    : 'artifact';
  return (
    <div className={`${classes.card} ${props.isDimmed ? classes.dimmed : ''}`}>
      <div className={classes.title}>
        <ArtifactIcon kind={brings} />
        <button
          type="button"
          className={`${classes.name} nodrag`}
          onClick={() => props.onOpen(warehouse)}
          aria-label={t('pipeline.subscription', {
            source: view.source,
            warehouse,
          })}
          title={view.source}
        >
          {shortSource(view.source)}
        </button>
      </div>
      <div className={classes.muted}>
        {view.newest ?? t('warehouse.nothingFound')}
      </div>
    </div>
  );
}
