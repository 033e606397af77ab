import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import DoneIcon from '@material-ui/icons/CheckCircleOutline';
import { Link } from 'react-router-dom';
import { kargoTranslationRef } from '../translation';
import { SETUP_STEPS, SetupStep } from './setupDraft';

const useStyles = makeStyles(theme => ({
  menu: {
    display: 'flex',
    flexDirection: 'column',
    gap: 2,
    margin: 0,
    padding: 0,
    listStyle: 'none',
    [theme.breakpoints.down('sm')]: { flexDirection: 'row', flexWrap: 'wrap' },
  },
  entry: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    padding: theme.spacing(0.75, 1.5),
    borderRadius: 4,
    color: theme.palette.text.secondary,
    fontSize: '0.875rem',
    textDecoration: 'none',
    'a&': { color: theme.palette.text.primary },
    'a&:hover': { backgroundColor: theme.palette.action.hover },
    '&[aria-current="step"]': {
      backgroundColor: theme.palette.action.selected,
      fontWeight: 600,
    },
  },
  done: {
    fontSize: '1rem',
    color: theme.palette.status?.ok ?? theme.palette.success.main,
  },
}));

/** The steps of the set-up; those that can be gone to are links. */
export function SetupMenu(props: {
  current: SetupStep;
  /** As far as everything before is complete. */
  reachable: readonly SetupStep[];
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { current, reachable } = props;
  return (
    <nav aria-label={t('setup.menu')}>
      <ol className={classes.menu}>
        {SETUP_STEPS.map((step, index) => (
          <li key={step}>
            {reachable.includes(step) ? (
              <Link
                to={`?${new URLSearchParams({ step })}`}
                className={classes.entry}
                aria-current={step === current ? 'step' : undefined}
              >
                {t(`setup.steps.${step}`)}
                {index < reachable.length - 1 && (
                  <DoneIcon
                    className={classes.done}
                    titleAccess={t('setup.complete')}
                  />
                )}
              </Link>
            ) : (
              <span className={classes.entry}>{t(`setup.steps.${step}`)}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
