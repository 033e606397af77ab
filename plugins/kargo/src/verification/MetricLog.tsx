import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import { AnalysisMetric, jobContainers } from 'backstage-plugin-kargo-common';
import { Fragment, memo, useEffect, useId, useRef, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { FailureText } from '../components/FailureText';
import { JobLogPlace, useJobLog } from '../queries/useJobLog';
import { kargoTranslationRef } from '../translation';
import { LogBlock, LogBlocks } from './logBlocks';

/** Whoever has scrolled up further than this reads, and is not moved. */
const FOLLOW_WITHIN_PX = 24;

const useStyles = makeStyles(theme => ({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
    marginTop: theme.spacing(0.5),
  },
  // Begins where the lines above it begin.
  toggle: { minWidth: 0, marginLeft: theme.spacing(-0.625) },
  log: {
    margin: theme.spacing(0.5, 0),
    padding: theme.spacing(1, 1.5),
    maxHeight: 360,
    overflow: 'auto',
    borderRadius: theme.shape.borderRadius,
    backgroundColor: theme.palette.action.hover,
    fontSize: '0.75rem',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
    '&:focus-visible': {
      outline: `2px solid ${theme.palette.primary.main}`,
    },
  },
  block: { display: 'block' },
  note: { fontSize: '0.8125rem', color: theme.palette.text.secondary },
}));

/** What the newest job of a metric prints, for whoever wants to see it. */
export function MetricLog(props: {
  project: string;
  run: string;
  metric: AnalysisMetric;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, run, metric } = props;
  const [isOpen, setOpen] = useState(false);
  const { initial, main } = jobContainers(metric);
  // Those that do the work first.
  const containers = [...main, ...initial];
  const [chosen, setChosen] = useState(containers[0]);
  const selectId = useId();
  return (
    <>
      <div className={classes.bar}>
        <ActionButton
          onClick={() => setOpen(!isOpen)}
          isExpanded={isOpen}
          className={classes.toggle}
          label={t('verification.logOf', { metric: metric.name })}
        >
          {t('verification.log')}
        </ActionButton>
        {isOpen && containers.length > 1 && (
          <TextField
            select
            size="small"
            id={selectId}
            label={t('verification.container')}
            value={chosen}
            onChange={event => setChosen(event.target.value)}
          >
            {containers.map(container => (
              <MenuItem key={container} value={container}>
                {container}
              </MenuItem>
            ))}
          </TextField>
        )}
      </div>
      {isOpen && (
        <LogText
          place={{
            project,
            run,
            metric: metric.name,
            ...(containers.length > 1 && { container: chosen }),
          }}
        />
      )}
    </>
  );
}

/** Each piece is a text of its own: what is selected in the others stays selected. */
const Block = memo(({ block }: { block: LogBlock }) => (
  <span className={useStyles().block}>
    {block.pieces.map((piece, index) => (
      <Fragment key={index}>{piece}</Fragment>
    ))}
  </span>
));

function LogText(props: { place: JobLogPlace }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { blocks, isCut, state, error, retry } = useJobLog(props.place);
  const { frame, follow } = useFollowedEnd(blocks);
  const isEmpty = blocks.length === 0;
  return (
    <>
      {isCut && <div className={classes.note}>{t('verification.logCut')}</div>}
      {!isEmpty && (
        <pre
          ref={frame}
          className={classes.log}
          role="region"
          aria-label={t('verification.logOf', { metric: props.place.metric })}
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it must be reachable by keyboard
          tabIndex={0}
          onScroll={follow}
        >
          {blocks.map(block => (
            <Block key={block.id} block={block} />
          ))}
        </pre>
      )}
      {state === 'failed' ? (
        <div className={classes.bar}>
          <FailureText message={error?.message ?? ''} />
          <ActionButton onClick={retry}>{t('common.retry')}</ActionButton>
        </div>
      ) : (
        <div className={classes.note} role="status">
          {state === 'reading' && t('verification.logGoesOn')}
          {state === 'ended' && isEmpty && t('verification.logEmpty')}
        </div>
      )}
    </>
  );
}

/** Keeps the end in view while it grows, unless somebody has scrolled away from it. */
function useFollowedEnd(blocks: LogBlocks['blocks']) {
  const frame = useRef<HTMLPreElement>(null);
  const isFollowing = useRef(true);
  useEffect(() => {
    if (frame.current && isFollowing.current) {
      frame.current.scrollTop = frame.current.scrollHeight;
    }
  }, [blocks]);
  const follow = () => {
    const {
      scrollHeight = 0,
      scrollTop = 0,
      clientHeight = 0,
    } = frame.current ?? {};
    isFollowing.current =
      scrollHeight - scrollTop - clientHeight < FOLLOW_WITHIN_PX;
  };
  return { frame, follow };
}
