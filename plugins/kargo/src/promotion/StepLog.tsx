import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useBeginning } from '../components/useBeginning';
import { kargoTranslationRef } from '../translation';

const PAGE = 50;

const useStyles = makeStyles(theme => ({
  lines: {
    margin: 0,
    padding: theme.spacing(1, 1.5, 1, 6),
    borderRadius: theme.shape.borderRadius,
    backgroundColor: theme.palette.action.hover,
    fontFamily: 'monospace',
    fontSize: '0.75rem',
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-wrap',
    '& > li::marker': { color: theme.palette.text.secondary },
  },
}));

/** What a step printed, line by line, with their numbers. */
export function StepLog({ lines }: { lines: string[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { shown, more } = useBeginning(lines, PAGE);
  return (
    <div>
      <Typography variant="caption" color="textSecondary">
        {t('promotion.log')}
      </Typography>
      <ol className={classes.lines}>
        {shown.map((line, index) => (
          <li key={index}>{line}</li>
        ))}
      </ol>
      {more}
    </div>
  );
}
