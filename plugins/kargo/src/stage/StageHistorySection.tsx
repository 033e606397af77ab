import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import { Stage } from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { ActionButton } from '../components/ActionButton';
import { Section } from '../components/Section';
import { VerificationLabel } from '../components/StateLabels';
import { Selection } from '../components/useSelection';
import { FreightByName, referenceTitle } from '../freight/freightModel';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { PastFreight, stageHistory } from './stageHistory';

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    gap: theme.spacing(0.25, 2),
    padding: theme.spacing(0.5, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
    '&:last-child': { borderBottom: 0 },
  },
  name: {
    flex: 1,
    minWidth: 160,
    fontSize: '0.875rem',
    fontWeight: 600,
    textAlign: 'left',
  },
}));

/** What ran in a Stage before, each with a way back; nothing where nothing did. */
export function StageHistorySection(props: {
  pipeline: Pipeline;
  stage: Stage;
  byName: FreightByName;
  nowMs: number;
  onOpen: (selection: Selection) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, stage, nowMs } = props;
  const past = useMemo(
    () => stageHistory(stage, pipeline.freight, nowMs),
    [stage, pipeline.freight, nowMs],
  );
  return past.length === 0 ? null : (
    <Section title={t('stage.before')}>
      <ul className={classes.list}>
        {past.map(item => (
          <Past key={item.id} {...props} past={item} />
        ))}
      </ul>
    </Section>
  );
}

function Past(props: {
  pipeline: Pipeline;
  stage: Stage;
  past: PastFreight;
  byName: FreightByName;
  onOpen: (selection: Selection) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { past, byName, onOpen } = props;
  const stage = props.stage.metadata.name;
  const { name } = past.reference;
  const title = referenceTitle(past.reference, byName);
  const verdict = props.pipeline.access?.stages[stage]?.promote;
  const refusal =
    verdict?.allowed === false
      ? verdict.reason ?? t('promote.notAllowed', { stage })
      : undefined;
  return (
    <li className={classes.item}>
      {byName.has(name) ? (
        <Link
          component="button"
          className={classes.name}
          onClick={() => onOpen({ freight: name })}
        >
          {title}
        </Link>
      ) : (
        <span className={classes.name}>{title}</span>
      )}
      {past.verification && <VerificationLabel phase={past.verification} />}
      {past.mayReturn && (
        <ActionButton
          onClick={() => onOpen({ promote: stage, freight: name })}
          label={t('stage.goBackTo', { freight: title })}
          {...(refusal !== undefined && { refusal })}
        >
          {t('stage.goBack')}
        </ActionButton>
      )}
    </li>
  );
}
