import {
  useAnalytics,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles, useTheme } from '@material-ui/core/styles';
import useMediaQuery from '@material-ui/core/useMediaQuery';
import Alert from '@material-ui/lab/Alert';
import { useQueryClient } from '@tanstack/react-query';
import {
  isKargoRequestError,
  KargoApi,
  ResourceResult,
} from 'backstage-plugin-kargo-common';
import { useId, useMemo } from 'react';
import { ActionButton } from '../components/ActionButton';
import { DialogFoot } from '../components/DialogFoot';
import { SwitchInput } from '../components/SwitchInput';
import { useCloseAsking } from '../components/useCloseAsking';
import { useKept } from '../components/useKept';
import { useWritten } from '../components/useWritten';
import { useKeptMutation } from '../components/useKeptMutation';
import { kargoApiRef } from '../kargoApiRef';
import { kargoTranslationRef } from '../translation';
import { WarehouseLook } from '../warehouse/WarehouseLook';
import { FormEditor } from './FormEditor';
import { LazyYamlEditor } from './LazyYamlEditor';
import { firstMistake, lintManifests } from './lintManifest';
import { ManifestCheckResult } from './ManifestCheckResult';
import { splitManifests } from './splitManifests';
import { ManifestVerb, useManifestCheck } from './useManifestCheck';

const useStyles = makeStyles(theme => ({
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
    // What is said below does not squeeze the text: the dialog scrolls.
    '& > *': { flexShrink: 0 },
  },
  switches: { display: 'flex', flexWrap: 'wrap', gap: theme.spacing(0, 2) },
}));

/** Lets a person write manifests, checks them as they are written, and saves them. */
export function ManifestDialog(props: {
  title: string;
  verb: ManifestVerb;
  /** What to begin with; with `update`, what is stored. */
  text: string;
  onClose: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const titleId = useId();
  const isNarrow = useMediaQuery(useTheme().breakpoints.down('xs'));
  const { title, verb } = props;
  // What was stored when the dialog was opened: a later version must not slip in.
  const [text, setText, original] = useWritten('text', () => props.text);
  const [showsChanges, setShowsChanges] = useKept('showsChanges', () => false);
  const [isForm, setIsForm] = useKept('isForm', () => false);
  const save = useSave(verb, props.onClose);
  const problems = useMemo(() => lintManifests(text), [text]);
  const mistake = firstMistake(problems);
  const refusal = useRefusal(
    text,
    mistake,
    verb === 'update' ? original : undefined,
  );
  const check = useManifestCheck(verb, text);
  const warehouse = useMemo(
    () => (mistake === undefined ? theWarehouse(text) : undefined),
    [text, mistake],
  );
  const { onClose, question } = useCloseAsking({
    isPending: save.isPending,
    onClose: props.onClose,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      fullScreen={isNarrow}
      maxWidth="md"
      fullWidth
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <DialogContent className={classes.content}>
        <div className={classes.switches}>
          <SwitchInput
            label={t('manifestForm.title')}
            isOn={isForm}
            onChange={setIsForm}
          />
          {verb === 'update' && !isForm && (
            <SwitchInput
              label={t('manifest.showChanges')}
              isOn={showsChanges}
              onChange={setShowsChanges}
            />
          )}
        </div>
        {isForm ? (
          <FormEditor
            value={text}
            isStored={verb === 'update'}
            onChange={setText}
          />
        ) : (
          <LazyYamlEditor
            label={title}
            value={text}
            onChange={setText}
            {...(showsChanges && { original })}
          />
        )}
        {warehouse !== undefined && <WarehouseLook manifest={warehouse} />}
        <ManifestCheckResult check={check} text={text} />
        {save.error && (
          <Alert severity="error">
            {save.error.message}
            {verb === 'update' && isKargoRequestError(save.error, 409) && (
              <div>{t('manifest.conflict')}</div>
            )}
          </Alert>
        )}
      </DialogContent>
      <DialogFoot status={refusal ?? problems.at(0)?.message}>
        <ActionButton onClick={props.onClose} size="medium">
          {t('common.cancel')}
        </ActionButton>
        <ActionButton
          onClick={check.start}
          isPending={check.isPending}
          variant="outlined"
          size="medium"
          {...(refusal !== undefined && { refusal })}
        >
          {t('manifest.check')}
        </ActionButton>
        <ActionButton
          onClick={() => save.mutate(text)}
          isPending={save.isPending}
          variant="contained"
          size="medium"
          {...(refusal !== undefined && { refusal })}
        >
          {t(verb === 'create' ? 'manifest.create' : 'manifest.save')}
        </ActionButton>
      </DialogFoot>
      {question}
    </Dialog>
  );
}

/** The Warehouse of a text that holds one. */
function theWarehouse(text: string): string | undefined {
  const warehouses = splitManifests(text).filter(
    ({ kind }) => kind === 'Warehouse',
  );
  return warehouses.length === 1 ? warehouses[0].text : undefined;
}

function useRefusal(
  text: string,
  mistake: string | undefined,
  original: string | undefined,
) {
  const { t } = useTranslationRef(kargoTranslationRef);
  if (mistake !== undefined) {
    return mistake;
  }
  if (!text.trim()) {
    return t('manifest.empty');
  }
  return text === original ? t('manifest.unchanged') : undefined;
}

function useSave(verb: ManifestVerb, onSaved: () => void) {
  const api = useApi(kargoApiRef);
  const analytics = useAnalytics();
  const client = useQueryClient();
  return useKeptMutation('save', {
    mutationFn: (text: string) => send(api, verb, text),
    onSuccess: () => {
      analytics.captureEvent(verb, 'manifest');
      client.invalidateQueries({ queryKey: ['kargo'] });
      onSaved();
    },
  });
}

async function send(api: KargoApi, verb: ManifestVerb, body: string) {
  const { results } =
    verb === 'create'
      ? await api.createResources({ body })
      : await api.updateResources({ body, ifUnchanged: true });
  throwErrors(results);
}

/** With several documents each has its own error, and those without one are stored. */
export function throwErrors(results: ResourceResult[]): void {
  const errors = results.flatMap(({ error }) => error ?? []);
  if (errors.length > 0) {
    throw new Error(errors.join('\n'));
  }
}
