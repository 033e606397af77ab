import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { Freight } from 'backstage-plugin-kargo-common';
import { useMemo, useState } from 'react';
import { useParams } from 'react-router-dom';
import { ActionButton } from '../components/ActionButton';
import { PageHead } from '../components/PageHead';
import { Section } from '../components/Section';
import { SkeletonRows } from '../components/StateViews';
import { usePageTitle } from '../components/usePageTitle';
import { ProjectErrorView } from '../project/ProjectErrorView';
import { useFreight } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { ActivityFilters, useActivityFilter } from './ActivityFilters';
import { eventDeed, isWanted, promotionDeed } from './activityFilter';
import { EventList } from './EventList';
import { PromotionTable } from './PromotionTable';
import { findRollbacks } from './rollbacks';
import { NewestQuery, useEvents, useProjectPromotions } from './useActivity';

const useStyles = makeStyles(theme => ({
  // Quiet text has too little contrast with the page behind.
  events: {
    padding: theme.spacing(0.5, 2, 1),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
}));

const NO_FREIGHT: readonly Freight[] = [];

/** Who did what in a project: its promotions, and all that happened. */
export function ActivityPage() {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project = '' } = useParams();
  const { filter, isFiltered, setFilter } = useActivityFilter();
  // Whoever opens a filter chooses among all that is kept, not what is shown.
  const [isChoosing, setChoosing] = useState(false);
  const isDeep = isFiltered || isChoosing;
  const promotions = useProjectPromotions(project, {
    isDeep,
    ...(isFiltered && {
      isWanted: each => isWanted(filter, promotionDeed(each)),
    }),
  });
  const events = useEvents(project, undefined, {
    isDeep,
    ...(isFiltered && { isWanted: each => isWanted(filter, eventDeed(each)) }),
  });
  // Without it, Promotions are shown by what they say of themselves.
  const freight = useFreight(project).items ?? NO_FREIGHT;
  const byName = useMemo(
    () => new Map(freight.map(each => [each.metadata.name, each])),
    [freight],
  );
  const rollbacks = useMemo(
    () => findRollbacks(promotions.known, byName),
    [promotions.known, byName],
  );
  usePageTitle(t('activity.title'), project, 'Kargo');
  return (
    <>
      <PageHead above={project} to=".." title={t('activity.title')} />
      <ActivityFilters
        filter={filter}
        deeds={[
          ...promotions.known.map(promotionDeed),
          ...events.known.map(eventDeed),
        ]}
        onChange={setFilter}
        onOpen={() => setChoosing(true)}
      />
      <Section title={t('stage.promotions')}>
        <Loaded project={project} query={promotions}>
          {items =>
            items.length > 0 ? (
              <PromotionTable
                promotions={items}
                freight={byName}
                rollbacks={rollbacks}
              />
            ) : (
              <Typography variant="body2">
                {t(
                  isFiltered ? 'activity.noneWanted' : 'activity.noPromotions',
                )}
              </Typography>
            )
          }
        </Loaded>
      </Section>
      <Section title={t('activity.events')}>
        <Loaded project={project} query={events}>
          {items => (
            <div className={classes.events}>
              {isFiltered && items.length === 0 ? (
                <Typography variant="body2" color="textSecondary">
                  {t('activity.noneWanted')}
                </Typography>
              ) : (
                <EventList events={items} freight={byName} />
              )}
            </div>
          )}
        </Loaded>
      </Section>
    </>
  );
}

function Loaded<T>(props: {
  project: string;
  query: NewestQuery<T>;
  children: (items: T[]) => JSX.Element;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { items, error, reload, more, lookedThrough } = props.query;
  if (items) {
    return (
      <>
        {props.children(items)}
        {lookedThrough !== undefined && (
          <Typography variant="body2">
            {t('activity.lookedThrough', { number: String(lookedThrough) })}
          </Typography>
        )}
        {more && (
          <ActionButton onClick={more}>{t('activity.more')}</ActionButton>
        )}
      </>
    );
  }
  return error ? (
    <ProjectErrorView project={props.project} error={error} onRetry={reload} />
  ) : (
    <SkeletonRows rows={4} />
  );
}
