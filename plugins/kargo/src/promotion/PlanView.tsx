import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { Freight, Stage } from 'backstage-plugin-kargo-common';
import { AddedPromoteSections } from '../additions/AddedSections';
import {
  FreightByName,
  freightTitle,
  referenceTitle,
} from '../freight/freightModel';
import { kargoTranslationRef } from '../translation';
import { ChangeList } from './ChangeList';
import { CommitsBetween } from './CommitsBetween';
import { Dependents } from './Dependents';
import { PromotionPlan } from './promotionPlan';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    fontSize: '0.875rem',
  },
  fromTo: { fontSize: '1rem', fontWeight: 600 },
  summary: { cursor: 'pointer', color: theme.palette.text.secondary },
  skipped: {
    margin: theme.spacing(0.5, 0, 0),
    padding: theme.spacing(0, 0, 0, 2),
    listStyle: 'none',
    '& li': {
      display: 'flex',
      gap: theme.spacing(1),
      padding: theme.spacing(0.25, 0),
    },
  },
  steps: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5),
    margin: theme.spacing(0.5, 0, 0),
    padding: 0,
    listStyle: 'none',
    '& li': {
      padding: '1px 8px',
      borderRadius: 10,
      backgroundColor: theme.palette.action.hover,
      fontSize: '0.75rem',
    },
  },
  muted: { color: theme.palette.text.secondary },
}));

/** What a promotion would do, in full, before anybody is asked to agree. */
export function PlanView(props: {
  project: string;
  stage: Stage;
  plan: PromotionPlan;
  to: Freight;
  byName: FreightByName;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { plan, to, byName } = props;
  return (
    <div className={classes.root} aria-live="polite">
      <div className={classes.fromTo}>
        {t('promote.fromTo', {
          from: plan.from
            ? referenceTitle(plan.from, byName)
            : t('promote.nothing'),
          to: freightTitle(to),
        })}
      </div>
      <PlanNotes plan={plan} />
      <ChangeList changes={plan.changes} />
      {plan.from && (
        <CommitsBetween
          project={props.project}
          stage={props.stage.metadata.name}
          from={plan.from}
          to={to}
        />
      )}
      {plan.stays.map(({ origin, changes }) => (
        <div key={origin}>
          <span className={classes.muted}>
            {t('promote.staysOf', { origin })}
          </span>
          <ChangeList changes={changes} />
        </div>
      ))}
      <SkippedFreight plan={plan} />
      <Dependents project={props.project} stage={props.stage} />
      {plan.steps.length > 0 && (
        <div>
          <span className={classes.muted}>{t('promote.steps')}</span>
          <ol className={classes.steps}>
            {plan.steps.map((step, index) => (
              <li key={index}>{step}</li>
            ))}
          </ol>
        </div>
      )}
      <AddedPromoteSections
        project={props.project}
        stage={props.stage}
        freight={to}
      />
    </div>
  );
}

function PlanNotes(props: { plan: PromotionPlan }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { direction, pausesAutomation, bypasses } = props.plan;
  return (
    <>
      {direction === 'back' && (
        <Alert severity="warning">{t('promote.goesBack')}</Alert>
      )}
      {direction === 'same' && (
        <Alert severity="info">{t('promote.same')}</Alert>
      )}
      {bypasses && (
        <Alert severity="warning">
          {bypasses.length > 0
            ? t('promote.bypasses', { stages: bypasses.join(', ') })
            : t('promote.onlyApproved')}
        </Alert>
      )}
      {pausesAutomation && <Alert severity="info">{t('promote.pauses')}</Alert>}
    </>
  );
}

function SkippedFreight(props: { plan: PromotionPlan }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { skipped } = props.plan;
  const count = skipped.length;
  if (count === 0) {
    return null;
  }
  return (
    <details>
      <summary className={classes.summary}>
        {t('promote.skips', { count })}
      </summary>
      <ul className={classes.skipped}>
        {skipped.map(freight => (
          <li key={freight.metadata.name}>
            <span>{freightTitle(freight)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
