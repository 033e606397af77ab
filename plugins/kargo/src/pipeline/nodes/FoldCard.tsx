import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { memo } from 'react';
import { StatusLabel } from '../../components/StatusLabel';
import { kargoTranslationRef } from '../../translation';
import { FoldNodeModel } from '../graphModel';
import { useNodeStyles } from './nodeStyles';

/** Stands in the graph for all that follows a folded Stage, and unfolds it. */
export const FoldCard = memo(FoldCardContent);

function FoldCardContent(props: {
  model: FoldNodeModel;
  isDimmed: boolean;
  onUnfold: (stage: string) => void;
}) {
  const classes = useNodeStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { model, onUnfold } = props;
  return (
    <div className={`${classes.card} ${props.isDimmed ? classes.dimmed : ''}`}>
      <button
        type="button"
        className={`${classes.name} nodrag`}
        onClick={() => onUnfold(model.stage)}
        title={t('pipeline.unfold', { stage: model.stage })}
      >
        {t('pipeline.folded', { count: model.count })}
      </button>
      {model.failing > 0 && (
        <div className={classes.row}>
          <StatusLabel tone="error">
            {t('pipeline.foldedFailing', { number: String(model.failing) })}
          </StatusLabel>
        </div>
      )}
    </div>
  );
}
