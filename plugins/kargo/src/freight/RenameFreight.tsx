import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import TextField from '@material-ui/core/TextField';
import { Freight } from 'backstage-plugin-kargo-common';
import { FormEvent, useId, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { useOnce } from '../components/useOnce';
import { useKargoActions } from '../queries/useKargoActions';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';

/** Gives Freight another name for people. */
export function RenameFreight(props: { pipeline: Pipeline; freight: Freight }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [alias, setAlias] = useState<string>();
  const titleId = useId();
  const fieldId = useId();
  const { freight, pipeline } = props;
  const { rename } = useKargoActions(pipeline.project);
  const verdict = pipeline.access?.project.alias;
  const close = () => {
    setAlias(undefined);
    rename.reset();
  };
  const save = useOnce(() => {
    if (alias && !rename.isPending) {
      rename.mutate(
        { freight: freight.metadata.name, alias },
        { onSuccess: close },
      );
    }
  });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };
  return (
    <>
      <ActionButton
        onClick={() => setAlias(freight.alias ?? '')}
        variant="outlined"
        {...(verdict?.allowed === false && {
          refusal: verdict.reason ?? t('manifest.notAllowed'),
        })}
      >
        {t('freight.rename')}
      </ActionButton>
      <Dialog
        open={alias !== undefined}
        onClose={close}
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
              value={alias ?? ''}
              onChange={event => setAlias(event.target.value)}
              error={rename.error !== null}
              helperText={rename.error?.message}
            />
          </DialogContent>
          <DialogActions>
            <ActionButton onClick={close} size="medium">
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
      </Dialog>
    </>
  );
}
