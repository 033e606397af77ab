import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useTheme } from '@material-ui/core/styles';
import AutomaticIcon from '@material-ui/icons/FlashOn';
import { AutomationState } from 'backstage-plugin-kargo-common';
import { memo } from 'react';
import { originColor } from '../../components/originColor';
import { RelativeTime } from '../../components/RelativeTime';
import {
  NewerText,
  PullRequestLink,
  StageDot,
  StepWaitText,
  WaitingText,
} from '../../components/StageMarks';
import {
  HealthLabel,
  HoldLabel,
  NotHereLabel,
  StageStateLabel,
} from '../../components/StateLabels';
import { VersionChips } from '../../components/VersionChips';
import {
  emptyStageText,
  leadingArtifacts,
  StageView,
} from '../../stage/stageModel';
import { useFreightDrop } from '../../freight/freightDrag';
import { kargoTranslationRef } from '../../translation';
import { StageNodeModel } from '../graphModel';
import { PromoteButton } from '../PromoteButton';
import { NodeName } from './NodeName';
import { useNodeStyles } from './nodeStyles';

/** A Stage in the graph. */
export const StageCard = memo(StageCardContent);

function StageCardContent(props: {
  model: StageNodeModel;
  isDimmed: boolean;
  onOpen: (name: string) => void;
  onPromote: (name: string) => void;
  onDropFreight: (name: string, freight: string) => void;
}) {
  const classes = useNodeStyles();
  const theme = useTheme();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { model, onOpen, onPromote, onDropFreight } = props;
  const { view, name } = model;
  const drop = useFreightDrop(view?.origins ?? [], freight =>
    onDropFreight(name, freight),
  );
  return (
    <div
      className={`${classes.card} ${props.isDimmed ? classes.dimmed : ''} ${
        drop.isOver ? classes.target : ''
      }`}
      {...(view && drop.handlers)}
    >
      <span className={classes.bars} aria-hidden>
        {model.originIndexes.map(index => (
          <span
            key={index}
            style={{ backgroundColor: originColor(theme, index) }}
          />
        ))}
      </span>
      <div className={classes.title}>
        <StageDot color={view?.color} />
        <NodeName name={name} onOpen={onOpen} />
        {view && <AutomationIcon automation={view.automation} />}
        <PromoteButton
          model={model}
          className={`${classes.above} nodrag`}
          onPromote={onPromote}
        />
      </div>
      {view && <StageFreight view={view} />}
      {view && <StageOutlook view={view} />}
      {!view && (
        <div className={classes.states}>
          <NotHereLabel kind="Stage" name={name} />
        </div>
      )}
      {view && (
        <div className={classes.states}>
          <StageStateLabel
            state={view.state}
            verification={view.verification}
          />
          {view.automation === 'held' && <HoldLabel />}
          {view.wait?.pullRequest ? (
            <PullRequestLink
              pullRequest={view.wait.pullRequest}
              className={`${classes.above} nodrag`}
            />
          ) : (
            view.promotion?.freightLabel &&
            view.holds.length > 0 && (
              <span className={classes.muted}>
                {t('stage.promoting', { freight: view.promotion.freightLabel })}
              </span>
            )
          )}
          {view.health && view.health !== 'NotApplicable' && (
            <HealthUnlessSaid view={view} />
          )}
        </div>
      )}
    </div>
  );
}

/** What comes next; while a step waits that alone, for which both lines are wanted. */
function StageOutlook(props: { view: StageView }) {
  const classes = useNodeStyles();
  const { wait, newer, waitsFor } = props.view;
  return wait ? (
    <StepWaitText wait={wait} className={classes.twoLines} />
  ) : (
    <>
      <NewerText newer={newer} className={classes.muted} />
      <WaitingText reason={waitsFor} className={classes.muted} />
    </>
  );
}

/** Health beside a state that already says the same is noise. */
function HealthUnlessSaid(props: { view: StageView }) {
  const { state, health, healthIssues } = props.view;
  const isSaid =
    state === 'unhealthy' ||
    state === 'unknown' ||
    state === 'settling' ||
    state === 'promoting' ||
    (state === 'ready' && health === 'Healthy');
  return isSaid || !health ? null : (
    <HealthLabel health={health} issues={healthIssues} />
  );
}

function StageFreight(props: { view: StageView }) {
  const classes = useNodeStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { holds, promotion, state } = props.view;
  if (holds.length === 0) {
    return (
      <div className={classes.muted}>
        {promotion?.freightLabel
          ? t('stage.promoting', { freight: promotion.freightLabel })
          : state !== 'passThrough' && t(emptyStageText(props.view))}
      </div>
    );
  }
  const [first, ...others] = holds;
  return (
    <div className={classes.freight}>
      <div className={classes.row}>
        <span className={classes.strong}>
          {holds.map(held => held.label).join(' + ')}
        </span>
        {others.length === 0 && first.since && (
          <span className={classes.muted}>
            <RelativeTime time={first.since} />
          </span>
        )}
      </div>
      <VersionChips artifacts={leadingArtifacts(holds)} max={2} />
    </div>
  );
}

/** A hold stands in words beside the state; that automation is on is a small thing. */
function AutomationIcon(props: { automation: AutomationState }) {
  const classes = useNodeStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return props.automation === 'on' ? (
    <AutomaticIcon
      className={classes.icon}
      titleAccess={t('stage.automationOn')}
    />
  ) : null;
}
