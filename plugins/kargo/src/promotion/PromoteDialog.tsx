import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import Alert from '@material-ui/lab/Alert';
import { Freight, Promotion, Stage } from 'backstage-plugin-kargo-common';
import { useId, useMemo, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { DialogFoot } from '../components/DialogFoot';
import { useNow } from '../components/useNow';
import { useReasonTexts } from '../components/useReasonTexts';
import { ApproveButton } from '../freight/ApproveButton';
import {
  freightLabel,
  freightVersion,
  indexFreight,
} from '../freight/freightModel';
import { pipelineOrigins } from '../pipeline/graphModel';
import { useKargoActions } from '../queries/useKargoActions';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { FreightChooser } from './FreightChooser';
import { GitPreview } from './GitPreview';
import { PlanView } from './PlanView';
import {
  ChoiceGroup,
  choiceGroups,
  FreightChoice,
  PromotionPlan,
  promotionPlan,
  runsNewest,
  suggestedChoice,
} from './promotionPlan';

const useStyles = makeStyles(theme => ({
  content: {
    display: 'grid',
    gridTemplateColumns: 'minmax(240px, 2fr) minmax(0, 3fr)',
    gap: theme.spacing(3),
    // In a low window, such as that of a phone held across, what may be done stays in sight.
    minHeight: 'min(320px, 100vh - 340px)',
    [theme.breakpoints.down('xs')]: {
      gridTemplateColumns: 'minmax(0, 1fr)',
      alignContent: 'start',
      padding: theme.spacing(1, 2),
    },
  },
  title: {
    [theme.breakpoints.down('xs')]: { padding: theme.spacing(2) },
  },
  heading: { fontSize: '0.875rem', fontWeight: 600 },
}));

/** Props of the {@link PromoteDialog}. */
export interface PromoteDialogProps {
  pipeline: Pipeline;
  stage: Stage;
  /** Freight to start with; else the one that a person most likely wants. */
  freightName?: string;
  onClose: () => void;
  onPromoted: (promotion: Promotion) => void;
}

/** Lets a person choose Freight, shows what would change, and only then asks. */
export function PromoteDialog(props: PromoteDialogProps) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const isNarrow = useMediaQuery(useTheme().breakpoints.down('xs'));
  const titleId = useId();
  const { pipeline, stage } = props;
  const name = stage.metadata.name;
  const now = useNow(10_000);
  const groups = useMemo(
    () => choiceGroups(stage, pipeline.freight, now),
    [stage, pipeline.freight, now],
  );
  const [picked, setPicked] = useState(props.freightName);
  const suggested = picked === undefined ? suggestedChoice(groups) : undefined;
  if (suggested) {
    // Stays chosen: newer Freight may come while a person looks at this one.
    setPicked(suggested.freight.metadata.name);
  }
  const chosen = groups
    .flatMap(({ choices }) => choices)
    .find(({ freight }) => freight.metadata.name === picked);
  const byName = useMemo(
    () => indexFreight(pipeline.freight),
    [pipeline.freight],
  );
  const origins = useMemo(() => pipelineOrigins(pipeline), [pipeline]);
  const plan =
    chosen && promotionPlan(stage, chosen.freight, pipeline.freight, now);
  const refusal = useRefusal({ pipeline, stage, chosen, nowMs: now });
  return (
    <Dialog
      open
      onClose={props.onClose}
      maxWidth="md"
      fullWidth
      fullScreen={isNarrow}
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId} className={classes.title}>
        {t('promote.title', { stage: name })}
      </DialogTitle>
      <DialogContent className={classes.content}>
        <div>
          <Typography className={classes.heading} component="h3" gutterBottom>
            {t('promote.choose')}
          </Typography>
          <FreightChooser
            stage={stage}
            groups={groups}
            origins={origins}
            chosen={chosen}
            byName={byName}
            nowMs={now}
            onChoose={setPicked}
          />
        </div>
        <div>
          <Typography className={classes.heading} component="h3" gutterBottom>
            {t('promote.changes')}
          </Typography>
          {chosen && plan ? (
            <>
              <PlanView
                project={pipeline.project}
                stage={stage}
                plan={plan}
                to={chosen.freight}
                byName={byName}
              />
              <GitPreview
                project={pipeline.project}
                stage={name}
                freight={chosen.freight.metadata.name}
                held={plan.from?.name ?? ''}
                refusal={refusal}
              />
            </>
          ) : (
            <NothingChosen stage={name} groups={groups} />
          )}
        </div>
      </DialogContent>
      <PromoteFooter {...props} chosen={chosen} plan={plan} refusal={refusal} />
    </Dialog>
  );
}

function NothingChosen(props: { stage: string; groups: ChoiceGroup[] }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stage, groups } = props;
  const text = () => {
    if (groups.every(({ choices }) => choices.length === 0)) {
      return t('promote.noFreight');
    }
    return runsNewest(groups)
      ? t('promote.upToDate', { stage })
      : t('promote.chooseFirst');
  };
  return (
    <Typography color="textSecondary" variant="body2">
      {text()}
    </Typography>
  );
}

function PromoteFooter(
  props: PromoteDialogProps & {
    chosen: FreightChoice | undefined;
    plan: PromotionPlan | undefined;
    /** Why the promotion cannot be started now, if it cannot. */
    refusal: string | undefined;
  },
) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, stage, chosen, plan, refusal } = props;
  const name = stage.metadata.name;
  const { promote } = useKargoActions(pipeline.project);
  const submit = () => {
    if (chosen) {
      promote.mutate(
        { stage: name, request: { freight: chosen.freight.metadata.name } },
        { onSuccess: props.onPromoted },
      );
    }
  };
  return (
    <>
      {promote.error && (
        <Alert severity="error">
          {t('promote.failed', { message: promote.error.message })}
        </Alert>
      )}
      <DialogFoot
        status={promote.isPending ? t('promote.submitting') : refusal}
      >
        {chosen && !chosen.availability.available && (
          <ApproveButton
            project={pipeline.project}
            stage={stage}
            freight={chosen.freight}
            access={pipeline.access}
            label={labelOf(chosen.freight)}
          />
        )}
        <ActionButton onClick={props.onClose} size="medium">
          {t('common.cancel')}
        </ActionButton>
        <ActionButton
          onClick={submit}
          variant="contained"
          size="medium"
          isPending={promote.isPending}
          {...(refusal !== undefined && { refusal })}
        >
          {chosen && plan?.direction === 'back'
            ? t('promote.rollBack', {
                version:
                  freightVersion(chosen.freight) || labelOf(chosen.freight),
              })
            : t('promote.actionTo', { stage: name })}
        </ActionButton>
      </DialogFoot>
    </>
  );
}

function labelOf({ metadata, alias }: Freight): string {
  return freightLabel({ name: metadata.name, alias });
}

/** Why the promotion cannot be started now, if it cannot. */
function useRefusal(props: {
  pipeline: Pipeline;
  stage: Stage;
  chosen: FreightChoice | undefined;
  nowMs: number;
}): string | undefined {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, stage, chosen, nowMs } = props;
  const { availabilityText } = useReasonTexts(
    indexFreight(pipeline.freight),
    nowMs,
  );
  const name = stage.metadata.name;
  const verdict = pipeline.access?.stages[name]?.promote;
  if (verdict && !verdict.allowed) {
    return verdict.reason ?? t('promote.notAllowed', { stage: name });
  }
  if (!chosen) {
    return t('promote.chooseFirst');
  }
  return chosen.availability.available
    ? undefined
    : t('promote.notAvailable', {
        why: availabilityText(stage, chosen.freight),
      });
}
