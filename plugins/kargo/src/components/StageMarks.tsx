import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { ToldReason } from 'backstage-plugin-kargo-common';
import { FreightByName } from '../freight/freightModel';
import { NewerView } from '../stage/stageModel';
import { kargoTranslationRef } from '../translation';
import { useNow } from './useNow';
import { useReasonTexts } from './useReasonTexts';

/** What is said in few words names no Freight: it stands beside it. */
const NO_FREIGHT: FreightByName = new Map();

const useStyles = makeStyles(theme => ({
  dot: {
    flexShrink: 0,
    display: 'inline-block',
    width: 10,
    height: 10,
    borderRadius: 3,
    boxShadow: `inset 0 0 0 1px ${theme.palette.divider}`,
  },
}));

/** The colour that the manifest of a Stage gives it; its name stands beside. */
export function StageDot(props: { color: string | undefined }) {
  const classes = useStyles();
  return props.color ? (
    <span
      aria-hidden
      className={classes.dot}
      style={{ backgroundColor: props.color }}
    />
  ) : null;
}

/** Which versions are newer than what a Stage runs; nothing where there are none. */
export function NewerText(props: { newer: NewerView[]; className?: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { newer } = props;
  if (newer.length === 0) {
    return null;
  }
  const versions = newer
    .map(({ version, count }) =>
      count > 1
        ? t('stage.newerBy', { version, number: String(count) })
        : version,
    )
    .join(', ');
  const text = t('stage.newer', { versions });
  return (
    <div className={props.className} title={text}>
      {text}
    </div>
  );
}

/** Why a Stage waits, in one line; the details tell everything. */
export function WaitingText(props: {
  reason: ToldReason | undefined;
  className?: string;
}) {
  return props.reason ? (
    <WaitingLine reason={props.reason} className={props.className} />
  ) : null;
}

function WaitingLine(props: { reason: ToldReason; className?: string }) {
  const now = useNow(10_000);
  const { briefText } = useReasonTexts(NO_FREIGHT, now);
  const text = briefText(props.reason);
  return (
    <div className={props.className} title={text}>
      {text}
    </div>
  );
}
