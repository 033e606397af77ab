import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { ReactNode } from 'react';
import { ActionButton } from '../components/ActionButton';
import { kargoTranslationRef } from '../translation';
import { SETUP_STEPS, SetupStep } from './setupDraft';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'flex-end',
    gap: theme.spacing(1),
  },
  problem: {
    flex: '1 1 200px',
    fontSize: '0.8125rem',
    color: theme.palette.text.secondary,
    overflowWrap: 'anywhere',
  },
}));

/** Goes back and on from a step, and says what keeps it from being complete. */
export function StepButtons(props: {
  current: SetupStep;
  problem: string | undefined;
  onGo: (step: SetupStep) => void;
  /** What the last step ends with. */
  children?: ReactNode;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { current, problem, onGo } = props;
  const index = SETUP_STEPS.indexOf(current);
  const before = SETUP_STEPS.at(index - 1);
  const next = SETUP_STEPS.at(index + 1);
  return (
    <div className={classes.root}>
      <span className={classes.problem} role="status">
        {problem}
      </span>
      {index > 0 && before && (
        <ActionButton size="medium" onClick={() => onGo(before)}>
          {t('setup.back')}
        </ActionButton>
      )}
      {next ? (
        <ActionButton
          size="medium"
          variant="contained"
          onClick={() => onGo(next)}
          {...(problem !== undefined && { refusal: problem })}
        >
          {t('setup.next')}
        </ActionButton>
      ) : (
        props.children
      )}
    </div>
  );
}
