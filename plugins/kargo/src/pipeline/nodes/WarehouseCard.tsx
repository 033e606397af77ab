import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useTheme } from '@material-ui/core/styles';
import WarehouseIcon from '@material-ui/icons/HomeWork';
import { shortSource } from 'backstage-plugin-kargo-common';
import { memo } from 'react';
import { originColor } from '../../components/originColor';
import {
  NotHereLabel,
  WarehouseStateLabel,
} from '../../components/StateLabels';
import { kargoTranslationRef } from '../../translation';
import { WarehouseNodeModel } from '../graphModel';
import { NodeName } from './NodeName';
import { useNodeStyles } from './nodeStyles';

/** A Warehouse in the graph. */
export const WarehouseCard = memo(WarehouseCardContent);

function WarehouseCardContent(props: {
  model: WarehouseNodeModel;
  isDimmed: boolean;
  onOpen: (name: string) => void;
}) {
  const classes = useNodeStyles();
  const theme = useTheme();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { model, onOpen } = props;
  const { view, name } = model;
  const sources = view?.subscriptions.map(({ source }) => source) ?? [];
  const color = originColor(theme, model.originIndexes[0]);
  return (
    <div className={`${classes.card} ${props.isDimmed ? classes.dimmed : ''}`}>
      <span className={classes.bars} aria-hidden>
        <span style={{ backgroundColor: color }} />
      </span>
      <div className={classes.title}>
        <WarehouseIcon
          className={classes.icon}
          style={{ color }}
          titleAccess={t('warehouse.kind')}
        />
        <NodeName name={name} onOpen={onOpen} />
      </div>
      <div className={classes.muted} title={sources.join('\n')}>
        {sources.map(shortSource).join(', ')}
      </div>
      <div className={classes.states}>
        {view ? (
          <WarehouseStateLabel
            state={view.state}
            {...(view.problem && { title: view.problem })}
          />
        ) : (
          <NotHereLabel kind="Warehouse" name={name} />
        )}
      </div>
    </div>
  );
}
