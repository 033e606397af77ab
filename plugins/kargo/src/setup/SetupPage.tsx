import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router-dom';
import { PageHead } from '../components/PageHead';
import { usePageTitle } from '../components/usePageTitle';
import { kargoTranslationRef } from '../translation';
import { ProjectStep } from './ProjectStep';
import { PromotionStep } from './PromotionStep';
import { ReviewStep } from './ReviewStep';
import { SETUP_STEPS, SetupStep } from './setupDraft';
import { SetupMenu } from './SetupMenu';
import { StagesStep } from './StagesStep';
import { StepButtons } from './StepButtons';
import { Setup, useSetup } from './useSetup';
import { SetupProblems, useSetupProblems } from './useSetupProblems';
import { WarehouseStep } from './WarehouseStep';
import { manifestsOf } from './setupManifests';
import { WarehouseLook } from '../warehouse/WarehouseLook';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'grid',
    gridTemplateColumns: '180px minmax(0, 1fr)',
    gap: theme.spacing(3),
    alignItems: 'start',
    maxWidth: 1000,
    marginTop: theme.spacing(2),
    padding: theme.spacing(3),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    // Secondary text has too little contrast on the page itself.
    backgroundColor: theme.palette.background.paper,
    [theme.breakpoints.down('sm')]: {
      gridTemplateColumns: 'minmax(0, 1fr)',
      gap: theme.spacing(1),
      padding: theme.spacing(2),
    },
  },
  step: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
  },
  title: { '&:focus': { outline: 'none' } },
}));

/** The fields of each step that asks for something. */
const FIELDS = {
  project: ProjectStep,
  warehouse: WarehouseStep,
  stages: StagesStep,
  promotion: PromotionStep,
};

/**
 * Makes a project step by step. What is asked for becomes manifests, which can be changed
 * before they are applied.
 */
export function SetupPage() {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const setup = useSetup();
  const problems = useSetupProblems(setup);
  const reachable = reachableSteps(problems);
  const { step, goTo } = useStep(reachable);
  usePageTitle(t(`setup.steps.${step}`), t('setup.title'), 'Kargo');
  return (
    <>
      <PageHead above={t('projects.back')} to=".." title={t('setup.title')} />
      <div className={classes.root}>
        <SetupMenu current={step} reachable={reachable} />
        <div className={classes.step}>
          <StepTitle key={step} step={step} />
          <StepContent
            step={step}
            setup={setup}
            problem={problems[step]}
            onGo={goTo}
          />
        </div>
      </div>
    </>
  );
}

function StepContent(props: {
  step: SetupStep;
  setup: Setup;
  problem: string | undefined;
  onGo: (step: SetupStep) => void;
}) {
  const { step, setup, problem, onGo } = props;
  if (step === 'review') {
    return <ReviewStep setup={setup} problem={problem} onGo={onGo} />;
  }
  const Fields = FIELDS[step];
  return (
    <>
      <Fields draft={setup.draft} onChange={setup.setDraft} />
      {step === 'warehouse' && (
        <WarehouseLook
          manifest={manifestsOf(setup.draft, step)}
          refusal={problem}
        />
      )}
      <StepButtons current={step} problem={problem} onGo={onGo} />
    </>
  );
}

/** Takes the focus, so that who cannot see the step change hears it. */
function StepTitle({ step }: { step: SetupStep }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <div>
      <Typography
        ref={title}
        className={classes.title}
        tabIndex={-1}
        variant="h6"
        component="h3"
        gutterBottom
      >
        {t(`setup.steps.${step}`)}
      </Typography>
      <Typography variant="body2" color="textSecondary">
        {t(`setup.about.${step}`)}
      </Typography>
    </div>
  );
}

/** The steps that can be gone to: those before which everything is complete. */
function reachableSteps(problems: SetupProblems): readonly SetupStep[] {
  const open = SETUP_STEPS.findIndex(name => problems[name] !== undefined);
  return open < 0 ? SETUP_STEPS : SETUP_STEPS.slice(0, open + 1);
}

/** The step in the address, or the last that can be gone to instead. */
function useStep(reachable: readonly SetupStep[]) {
  const [params, setParams] = useSearchParams();
  const wanted = SETUP_STEPS.findIndex(name => name === params.get('step'));
  const index = Math.min(Math.max(wanted, 0), reachable.length - 1);
  return {
    step: SETUP_STEPS[index],
    goTo: (step: SetupStep) => setParams({ step }),
  };
}
