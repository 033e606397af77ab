import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useMemo } from 'react';
import { kargoTranslationRef } from '../translation';
import { ObjectFields } from './FormFields';
import { moveItemUp, readForm, writeField } from './manifestForm';
import { manifestShape } from './manifestShape';

const useStyles = makeStyles(theme => ({
  root: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
    maxHeight: '60vh',
    overflow: 'auto',
    // There the dialog fills the screen and scrolls itself.
    [theme.breakpoints.down('xs')]: { maxHeight: 'none', overflow: 'visible' },
    // Labels of fields stand on their borders.
    padding: theme.spacing(1, 0.5),
  },
}));

/** What a manifest says of itself, and not of what it is for. */
const FIXED = ['apiVersion', 'kind', 'status'];

/** A manifest as fields to fill in, which are those of its schema; it stays a text. */
export function FormEditor(props: {
  value: string;
  /** Whether it is stored already, so that its name stays. */
  isStored: boolean;
  onChange: (value: string) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { value, isStored, onChange } = props;
  const form = useMemo(() => readForm(value), [value]);
  if (!form) {
    return <Typography variant="body2">{t('manifestForm.noForm')}</Typography>;
  }
  return (
    <div className={classes.root} role="group" aria-label={form.kind}>
      <ObjectFields
        shape={manifestShape(form.kind)}
        value={form.value}
        path={[]}
        hidden={FIXED}
        isStored={isStored}
        onSet={(path, changed) => onChange(writeField(value, path, changed))}
        onMoveUp={(list, index) => onChange(moveItemUp(value, list, index))}
      />
    </div>
  );
}
