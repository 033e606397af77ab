import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import {
  entryOf,
  Freight,
  isFreightAvailable,
  Stage,
} from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { ExplanationView } from '../components/ExplanationView';
import { RelativeTime } from '../components/RelativeTime';
import { StatusLabel } from '../components/StatusLabel';
import { useNow } from '../components/useNow';
import { useReasonTexts } from '../components/useReasonTexts';
import { Selection } from '../components/useSelection';
import { useExplanation } from '../queries/useExplanation';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { ApproveButton } from './ApproveButton';
import { FreightByName, freightLabel } from './freightModel';

const useStyles = makeStyles(theme => ({
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
  answer: { flexBasis: '100%', paddingBottom: theme.spacing(1) },
}));

/** One Stage before Freight: whether the Freight may go there, and why not on request. */
export function FreightStageRow(props: {
  pipeline: Pipeline;
  freight: Freight;
  stage: Stage;
  byName: FreightByName;
  onOpen: (selection: Selection) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(10_000);
  const [isAsking, setAsking] = useState(false);
  const { pipeline, freight, stage, byName } = props;
  const name = stage.metadata.name;
  const isHere = entryOf(freight.status?.currentlyIn, name) !== undefined;
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
      {!isHere && (
        <ActionButton
          onClick={() => setAsking(!isAsking)}
          label={t('freight.whyNotIn', { freight: label, stage: name })}
          isExpanded={isAsking}
        >
          {t('freight.why')}
        </ActionButton>
      )}
      {availability.available ? (
        <ActionButton
          onClick={() =>
            props.onOpen({ promote: name, freight: freight.metadata.name })
          }
          label={t(isHere ? 'freight.promoteAgainTo' : 'freight.promoteTo', {
            freight: label,
            stage: name,
          })}
          variant={isHere ? 'text' : 'outlined'}
          {...(refusal !== undefined && { refusal })}
        >
          {t(isHere ? 'promotion.retry' : 'promote.action')}
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
      {isAsking && !isHere && <StageAnswer {...props} />}
    </li>
  );
}

/** The engine's own answer; asked for only while it is open. */
function StageAnswer(props: {
  pipeline: Pipeline;
  freight: Freight;
  stage: Stage;
  byName: FreightByName;
}) {
  const classes = useStyles();
  const { pipeline, freight, stage, byName } = props;
  const query = useExplanation(
    pipeline.project,
    {
      kind: 'freight',
      name: freight.metadata.name,
      stage: stage.metadata.name,
    },
    [stage, freight],
  );
  return (
    <div className={classes.answer}>
      <ExplanationView query={query} byName={byName} />
    </div>
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
  if (entryOf(currentlyIn, name)) {
    return <StatusLabel tone="ok">{t('availability.here')}</StatusLabel>;
  }
  const verifiedAt = entryOf(verifiedIn, name)?.verifiedAt;
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
      {availabilityText(stage, freight)}
    </StatusLabel>
  );
}
