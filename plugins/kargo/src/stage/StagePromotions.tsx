import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  compareNewestPromotion,
  Promotion,
} from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { findRollbacks } from '../activity/rollbacks';
import { Person } from '../components/Person';
import { RelativeTime } from '../components/RelativeTime';
import { Section } from '../components/Section';
import { PromotionPhaseLabel } from '../components/StateLabels';
import { ErrorView, SkeletonRows } from '../components/StateViews';
import { StatusLabel } from '../components/StatusLabel';
import { useBeginning } from '../components/useBeginning';
import { Selection } from '../components/useSelection';
import { FreightByName, referenceTitle } from '../freight/freightModel';
import {
  isAutomatic,
  promotionActor,
  promotionLinks,
} from '../promotion/promotionModel';
import { StepLinks } from '../promotion/StepList';
import { usePromotions } from '../queries/usePromotions';
import { kargoTranslationRef } from '../translation';

const PAGE = 10;
const NONE: readonly Promotion[] = [];

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1.3fr) minmax(0, 1.2fr) max-content',
    // Links of two lines stand far enough apart for a finger.
    gap: theme.spacing(0.75, 2),
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
    '&:last-child': { borderBottom: 0 },
  },
  name: { fontSize: '0.875rem', fontWeight: 600, textAlign: 'left' },
  muted: {
    color: theme.palette.text.secondary,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  time: { textAlign: 'right' },
  states: { display: 'inline-flex', flexDirection: 'column', minWidth: 0 },
}));

/** The promotions of a Stage: running, waiting, then past. */
export function StagePromotions(props: {
  project: string;
  stage: string;
  byName: FreightByName;
  onOpen: (selection: Selection) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { items, error, reload } = usePromotions(props.project, props.stage);
  const { shown, more } = useBeginning(items ?? NONE, PAGE);
  const rollbacks = useMemo(
    () =>
      findRollbacks(
        [...(items ?? [])].sort(compareNewestPromotion),
        props.byName,
      ),
    [items, props.byName],
  );
  return (
    <Section title={t('stage.promotions')}>
      {error && !items && <ErrorView error={error} onRetry={reload} />}
      {!error && !items && <SkeletonRows rows={3} />}
      {items?.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          {t('states.emptyPromotions')}
        </Typography>
      )}
      <ul className={classes.list}>
        {shown.map(promotion => (
          <li key={promotion.metadata.name} className={classes.item}>
            <span>
              <Link
                component="button"
                className={classes.name}
                onClick={() =>
                  props.onOpen({ promotion: promotion.metadata.name })
                }
              >
                {referenceTitle(
                  {
                    ...promotion.status?.freight,
                    name: promotion.spec.freight ?? '',
                  },
                  props.byName,
                )}
              </Link>
            </span>
            <span className={classes.states}>
              <PromotionPhaseLabel phase={promotion.status?.phase} />
              {rollbacks.has(promotion.metadata.name) && (
                <StatusLabel tone="warning">
                  {t('activity.rollback')}
                </StatusLabel>
              )}
            </span>
            <span className={`${classes.muted} ${classes.time}`}>
              <RelativeTime time={promotion.metadata.creationTimestamp} />
            </span>
            <span className={classes.muted}>
              {isAutomatic(promotion) ? (
                t('common.automation')
              ) : (
                <Person name={promotionActor(promotion) ?? ''} />
              )}
            </span>
            <span>
              <StepLinks links={promotionLinks(promotion)} />
            </span>
          </li>
        ))}
      </ul>
      {more}
    </Section>
  );
}
