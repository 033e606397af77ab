import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogContentText from '@material-ui/core/DialogContentText';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import Alert from '@material-ui/lab/Alert';
import { useId, useState } from 'react';
import { kargoTranslationRef } from '../translation';
import { ActionButton } from './ActionButton';

/** Props of a {@link ConfirmDialog}. */
interface ConfirmDialogProps {
  isOpen: boolean;
  title: string;
  text: string;
  action: string;
  isPending: boolean;
  error?: Error | null;
  /** What has to be typed first, so that nobody does it by the way. */
  typed?: string;
  onConfirm: () => void;
  onClose: () => void;
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const titleId = useId();
  return (
    <Dialog
      open={props.isOpen}
      onClose={props.onClose}
      aria-labelledby={titleId}
      maxWidth="xs"
      fullWidth
    >
      <DialogTitle id={titleId}>{props.title}</DialogTitle>
      <Question {...props} />
    </Dialog>
  );
}

/** Goes with the dialog: what was typed confirms nothing the next time. */
function Question(props: ConfirmDialogProps) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const fieldId = useId();
  const [text, setText] = useState('');
  const { typed } = props;
  const isTyped = typed === undefined || text === typed;
  return (
    <>
      <DialogContent>
        <DialogContentText>{props.text}</DialogContentText>
        {typed !== undefined && (
          <TextField
            id={fieldId}
            fullWidth
            size="small"
            variant="outlined"
            label={t('common.typeName', { name: typed })}
            value={text}
            onChange={event => setText(event.target.value)}
          />
        )}
        {props.error && <Alert severity="error">{props.error.message}</Alert>}
      </DialogContent>
      <DialogActions>
        <ActionButton onClick={props.onClose} size="medium">
          {t('common.cancel')}
        </ActionButton>
        <ActionButton
          onClick={props.onConfirm}
          isPending={props.isPending}
          variant="contained"
          size="medium"
          {...(!isTyped && {
            refusal: t('common.typeName', { name: typed ?? '' }),
          })}
        >
          {props.action}
        </ActionButton>
      </DialogActions>
    </>
  );
}
