import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import { Freight } from 'backstage-plugin-kargo-common';
import { FormEvent, useId } from 'react';
import { ActionButton } from '../components/ActionButton';
import { useOpenDialog } from '../components/useOpenDialog';
import { useCloseAsking } from '../components/useCloseAsking';
import { useWritten } from '../components/useWritten';
import { useOnce } from '../components/useOnce';
import { useKargoActions } from '../queries/useKargoActions';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';

/** Gives Freight another name for people. */
export function RenameFreight(props: { pipeline: Pipeline; freight: Freight }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const open = useOpenDialog();
  const { freight, pipeline } = props;
  const verdict = pipeline.access?.project.alias;
  return (
    <ActionButton
      onClick={() =>
        open(close => (
          <RenameDialog
            project={pipeline.project}
            freight={freight}
            onClose={close}
          />
        ))
      }
      variant="outlined"
      {...(verdict?.allowed === false && {
        refusal: verdict.reason ?? t('manifest.notAllowed'),
      })}
    >
      {t('freight.rename')}
    </ActionButton>
  );
}

function RenameDialog(props: {
  project: string;
  freight: Freight;
  onClose: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, freight } = props;
  const titleId = useId();
  const fieldId = useId();
  const [alias, setAlias] = useWritten('alias', () => freight.alias ?? '');
  const { rename } = useKargoActions(project);
  const { onClose, question } = useCloseAsking({
    isPending: rename.isPending,
    onClose: props.onClose,
  });
  const save = useOnce(() => {
    if (alias && !rename.isPending) {
      rename.mutate(
        { freight: freight.metadata.name, alias },
        { onSuccess: props.onClose },
      );
    }
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      aria-labelledby={titleId}
      maxWidth="xs"
      fullWidth
    >
      <form onSubmit={onSubmit}>
        <DialogTitle id={titleId}>{t('freight.rename')}</DialogTitle>
        <DialogContent>
          <TextField
            // The dialog opens for this field only, on the person's own click.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            fullWidth
            id={fieldId}
            variant="outlined"
            size="small"
            label={t('freight.newName')}
            value={alias}
            onChange={event => setAlias(event.target.value)}
            error={rename.error !== null}
            helperText={rename.error?.message}
          />
        </DialogContent>
        <DialogActions>
          <ActionButton onClick={props.onClose} size="medium">
            {t('common.cancel')}
          </ActionButton>
          <ActionButton
            onClick={save}
            size="medium"
            variant="contained"
            isPending={rename.isPending}
          >
            {t('freight.save')}
          </ActionButton>
        </DialogActions>
      </form>
      {question}
    </Dialog>
  );
}
