import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { FormEvent, ReactNode, useId } from 'react';
import { ActionButton } from '../components/ActionButton';
import { DialogFoot } from '../components/DialogFoot';
import { useCloseAsking } from '../components/useCloseAsking';
import { useOnce } from '../components/useOnce';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(2),
  },
}));

/** A form that is saved as a whole, and says what keeps it from being saved. */
export function FormDialog(props: {
  title: string;
  /** What is missing or wrong; refuses to save. */
  problem: string | undefined;
  isPending: boolean;
  error: Error | null;
  onSave: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const titleId = useId();
  const { problem, isPending } = props;
  const save = useOnce(props.onSave);
  const { onClose, question } = useCloseAsking({
    isPending,
    onClose: props.onClose,
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    if (problem === undefined && !isPending) {
      save();
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="sm"
      fullWidth
      aria-labelledby={titleId}
    >
      <form onSubmit={onSubmit} autoComplete="off">
        <DialogTitle id={titleId}>{props.title}</DialogTitle>
        <DialogContent className={classes.content}>
          {props.children}
          {props.error && <Alert severity="error">{props.error.message}</Alert>}
        </DialogContent>
        <DialogFoot status={problem}>
          <ActionButton onClick={props.onClose} size="medium">
            {t('common.cancel')}
          </ActionButton>
          <ActionButton
            onClick={save}
            isPending={isPending}
            variant="contained"
            size="medium"
            {...(problem !== undefined && { refusal: problem })}
          >
            {t('settings.save')}
          </ActionButton>
        </DialogFoot>
      </form>
      {question}
    </Dialog>
  );
}
