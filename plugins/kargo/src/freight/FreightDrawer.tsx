import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  buildStageGraph,
  Freight,
  freightArtifacts,
  freightDiscoveredAt,
  isControlFlow,
  isFreightAvailable,
  orderStages,
  Stage,
} from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { ActionButton } from '../components/ActionButton';
import { ArtifactTable } from '../components/ArtifactTable';
import { DetailDrawer } from '../components/DetailDrawer';
import { RelativeTime } from '../components/RelativeTime';
import { Facts, Section } from '../components/Section';
import { StatusLabel } from '../components/StatusLabel';
import { useNow } from '../components/useNow';
import { useReasonTexts } from '../components/useReasonTexts';
import { Selection } from '../components/useSelection';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { ApproveButton } from './ApproveButton';
import {
  FreightByName,
  freightLabel,
  indexFreight,
  requestsOrigin,
} from './freightModel';
import { RenameFreight } from './RenameFreight';

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5, 1.5),
    minHeight: 44,
    padding: theme.spacing(0.5, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
    '&:last-child': { borderBottom: 0 },
  },
  stage: { flex: '1 1 220px', minWidth: 0 },
  name: { fontWeight: 600 },
  status: { fontSize: '0.8125rem' },
}));

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
  const stages = useMemo(
    () => takersInOrder(pipeline, freight),
    [pipeline, freight],
  );
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
      actions={<RenameFreight pipeline={pipeline} freight={freight} />}
    >
      <Section title={t('freight.contents')}>
        <ArtifactTable artifacts={freightArtifacts(freight)} />
      </Section>
      <Section title={t('freight.whereTo')}>
        <ul className={classes.list}>
          {stages.map(stage => (
            <StageRow
              key={stage.metadata.name}
              {...props}
              stage={stage}
              byName={byName}
            />
          ))}
        </ul>
      </Section>
      <Section title={t('freight.about')}>
        <Facts
          facts={[
            [t('freight.identifier'), name],
            [
              t('freight.foundAt'),
              <RelativeTime time={freightDiscoveredAt(freight)} />,
            ],
          ]}
        />
      </Section>
    </DetailDrawer>
  );
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

function StageRow(props: {
  pipeline: Pipeline;
  freight: Freight;
  stage: Stage;
  byName: FreightByName;
  onOpen: (selection: Selection) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(10_000);
  const { pipeline, freight, stage, byName } = props;
  const name = stage.metadata.name;
  const availability = isFreightAvailable(stage, freight, now);
  const label = freightLabel({
    name: freight.metadata.name,
    alias: freight.alias,
  });
  const verdict = pipeline.access?.stages[name]?.promote;
  const refusal =
    verdict?.allowed === false
      ? verdict.reason ?? t('promote.notAllowed', { stage: name })
      : undefined;
  return (
    <li className={classes.item}>
      <span className={classes.stage}>
        <div className={classes.name}>{name}</div>
        <div className={classes.status}>
          <StageStatus
            freight={freight}
            stage={stage}
            byName={byName}
            now={now}
          />
        </div>
      </span>
      {availability.available ? (
        <ActionButton
          onClick={() =>
            props.onOpen({ promote: name, freight: freight.metadata.name })
          }
          label={t('freight.promoteTo', { freight: label, stage: name })}
          variant="outlined"
          {...(refusal !== undefined && { refusal })}
        >
          {t('promote.action')}
        </ActionButton>
      ) : (
        <ApproveButton
          project={pipeline.project}
          stage={stage}
          freight={freight}
          label={label}
          access={pipeline.access}
        />
      )}
    </li>
  );
}

function StageStatus(props: {
  freight: Freight;
  stage: Stage;
  byName: FreightByName;
  now: number;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { freight, stage, byName, now } = props;
  const { availabilityText } = useReasonTexts(byName, now);
  const name = stage.metadata.name;
  const { currentlyIn, verifiedIn } = freight.status ?? {};
  const availability = isFreightAvailable(stage, freight, now);
  if (currentlyIn?.[name]) {
    return <StatusLabel tone="ok">{t('availability.here')}</StatusLabel>;
  }
  const verifiedAt = verifiedIn?.[name]?.verifiedAt;
  if (verifiedAt) {
    return (
      <StatusLabel tone="neutral">
        {t('freight.verified', {
          time: <RelativeTime key="time" time={verifiedAt} />,
        })}
      </StatusLabel>
    );
  }
  return (
    <StatusLabel tone={availability.available ? 'neutral' : 'pending'}>
      {availabilityText(availability, freight.origin.name)}
    </StatusLabel>
  );
}
