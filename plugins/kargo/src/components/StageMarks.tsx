import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Link from '@material-ui/core/Link';
import { CurrentPullRequest, CurrentWait } from 'backstage-plugin-kargo-common';
import { FreightByName } from '../freight/freightModel';
import { NewerView, StageWait } from '../stage/stageModel';
import { plainMessage } from '../promotion/plainMessage';
import { kargoTranslationRef } from '../translation';
import { useNamedText } from './NamedText';
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
  pullRequest: { whiteSpace: 'nowrap' },
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
  reason: StageWait | undefined;
  className?: string;
}) {
  return props.reason ? (
    <WaitingLine reason={props.reason} className={props.className} />
  ) : null;
}

function WaitingLine(props: { reason: StageWait; className?: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const now = useNow(10_000);
  const { briefText } = useReasonTexts(NO_FREIGHT, now);
  const { code, actors } = props.reason;
  const deed = code === 'no-source' ? 'approve' : 'promote';
  const forWhom = () =>
    actors === 'viewer'
      ? t(`stage.waitsForYou.${deed}`)
      : t(`stage.waitsForOwners.${deed}`, { owners: actors?.join(', ') ?? '' });
  const text = useNamedText(actors ? forWhom() : briefText(props.reason));
  return (
    <div className={props.className} title={text}>
      {text}
    </div>
  );
}

/** What the Promotion that runs waits for, in the words of its step. */
export function StepWaitText(props: {
  wait: CurrentWait | undefined;
  className?: string;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { wait } = props;
  if (!wait) {
    return null;
  }
  const text = t('stage.waits', { note: plainMessage(wait.note) });
  return (
    <div className={props.className} title={text}>
      {text}
    </div>
  );
}

/** The pull request that a Promotion waits for, by its number and state. */
export function PullRequestLink(props: {
  pullRequest: CurrentPullRequest | undefined;
  className?: string;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pullRequest } = props;
  if (!pullRequest) {
    return null;
  }
  const number = String(pullRequest.number);
  const { isOpen } = pullRequest;
  return (
    <Link
      href={pullRequest.url}
      target="_blank"
      rel="noopener noreferrer"
      className={`${classes.pullRequest} ${props.className ?? ''}`}
    >
      {isOpen === undefined
        ? t('stage.pullRequest', { number })
        : t(isOpen ? 'stage.openPullRequest' : 'stage.closedPullRequest', {
            number,
          })}
    </Link>
  );
}
