import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  buildStageGraph,
  Freight,
  freightArtifacts,
  freightDiscoveredAt,
  isControlFlow,
  orderStages,
  Stage,
} from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { EventList } from '../activity/EventList';
import { useEvents } from '../activity/useActivity';
import { AssembleFreight } from '../assembly/AssembleFreight';
import { ActionButton } from '../components/ActionButton';
import { ArtifactTable } from '../components/ArtifactTable';
import { ConfiguredLinks } from '../components/ConfiguredLinks';
import { DetailDrawer } from '../components/DetailDrawer';
import { DatedTime } from '../components/RelativeTime';
import { Facts, Section } from '../components/Section';
import { useBeginning } from '../components/useBeginning';
import { Selection } from '../components/useSelection';
import { ManifestSection } from '../manifest/ManifestSection';
import { formatReview } from '../promotion/review';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { useFreightUses } from './useFreightUses';
import { freightLabel, indexFreight, requestsOrigin } from './freightModel';
import { FreightStageRow } from './FreightStageRow';
import { RenameFreight } from './RenameFreight';

/** So many Stages are drawn at first: each row asks and answers by itself. */
const PAGE = 40;

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
});

/** Freight: what is in it, where it is, and where it may go. */
export function FreightDrawer(props: {
  pipeline: Pipeline;
  freight: Freight;
  onOpen: (selection: Selection) => void;
  onClose: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, freight } = props;
  const name = freight.metadata.name;
  const byName = useMemo(
    () => indexFreight(pipeline.freight),
    [pipeline.freight],
  );
  const warehouse = pipeline.warehouses.find(
    item => item.metadata.name === freight.origin.name,
  );
  const inUse = useFreightUses(pipeline, name);
  const stages = useMemo(
    () => takersInOrder(pipeline, freight),
    [pipeline, freight],
  );
  const { shown, more } = useBeginning(stages, PAGE);
  return (
    <DetailDrawer
      isOpen
      onClose={props.onClose}
      kind={t('freight.kind')}
      title={freightLabel({ name, alias: freight.alias })}
      subtitle={
        <Typography variant="body2" color="textSecondary">
          {t('freight.from', { origin: freight.origin.name })}
        </Typography>
      }
      actions={
        <>
          <RenameFreight pipeline={pipeline} freight={freight} />
          {warehouse && (
            <AssembleFreight
              pipeline={pipeline}
              warehouse={warehouse}
              model={freight}
              onOpen={props.onOpen}
            />
          )}
        </>
      }
    >
      <Section title={t('freight.contents')}>
        <ArtifactTable artifacts={freightArtifacts(freight)} />
      </Section>
      <Section
        title={t('freight.whereTo')}
        action={
          stages.length > 1 && (
            <ActionButton
              onClick={() =>
                props.onOpen({
                  review: formatReview({ kind: 'freight', name }),
                })
              }
            >
              {t('review.toSeveral')}
            </ActionButton>
          )
        }
      >
        <ul className={classes.list}>
          {shown.map(stage => (
            <FreightStageRow
              key={stage.metadata.name}
              {...props}
              stage={stage}
              byName={byName}
            />
          ))}
        </ul>
        {more}
      </Section>
      <Section title={t('freight.about')}>
        <Facts
          facts={[
            [t('freight.identifier'), name],
            [
              t('freight.foundAt'),
              <DatedTime time={freightDiscoveredAt(freight)} />,
            ],
          ]}
        />
      </Section>
      <ConfiguredLinks
        project={pipeline.project}
        kind="freight"
        resource={freight}
      />
      <FreightEvents project={pipeline.project} name={name} />
      <ManifestSection
        resource={freight}
        manage={pipeline.access?.project.manage}
        onDeleted={props.onClose}
        {...(inUse !== undefined && { inUse })}
      />
    </DetailDrawer>
  );
}

/** What happened to the Freight; an approval names who gave it. */
function FreightEvents(props: { project: string; name: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { items: events = [], more } = useEvents(
    props.project,
    `Freight/${props.name}`,
  );
  return events.length > 0 ? (
    <Section title={t('activity.events')}>
      <EventList events={events} isOfOne />
      {more && <ActionButton onClick={more}>{t('activity.more')}</ActionButton>}
    </Section>
  ) : null;
}

/** The Stages that may hold the Freight, in the order in which it comes to them. */
function takersInOrder(pipeline: Pipeline, freight: Freight): Stage[] {
  const order = orderStages(buildStageGraph(pipeline));
  const rank = new Map(order.map((name, index) => [name, index]));
  return pipeline.stages
    .filter(stage => requestsOrigin(stage, freight) && !isControlFlow(stage))
    .sort(
      (one, other) =>
        (rank.get(one.metadata.name) ?? 0) -
        (rank.get(other.metadata.name) ?? 0),
    );
}
