import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { NewerView } from '../stage/stageModel';
import { kargoTranslationRef } from '../translation';

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
