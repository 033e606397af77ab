import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLinks } from '@backstage/plugin-catalog-react';
import { makeStyles } from '@material-ui/core/styles';
import { Stage } from 'backstage-plugin-kargo-common';
import { useDependents } from './useDependents';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  muted: { color: theme.palette.text.secondary },
}));

/** Who depends on what the Stage delivers, by the relations of the catalog. */
export function Dependents(props: { project: string; stage: Stage }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const dependents = useDependents(props.project, props.stage);
  if (!dependents || dependents.length === 0) {
    return null;
  }
  return (
    <div>
      <span className={classes.muted}>{t('promote.dependents')}</span>{' '}
      <EntityRefLinks entityRefs={dependents} />
    </div>
  );
}
