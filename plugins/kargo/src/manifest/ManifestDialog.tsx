import {
  useAnalytics,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { KargoApi, ResourceResult } from 'backstage-plugin-kargo-common';
import { lazy, Suspense, useId, useMemo, useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { DialogFoot } from '../components/DialogFoot';
import { SkeletonRows } from '../components/StateViews';
import { SwitchInput } from '../components/SwitchInput';
import { kargoApiRef } from '../kargoApiRef';
import { kargoTranslationRef } from '../translation';
import { lintManifests } from './lintManifest';

const YamlEditor = lazy(() =>
  import('./YamlEditor').then(module => ({ default: module.YamlEditor })),
);

const useStyles = makeStyles(theme => ({
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
  },
}));

/** Whether what is written is new, or replaces what is there. */
export type ManifestVerb = 'create' | 'update';

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
  const { title, verb } = props;
  // What was stored when the dialog was opened: a later version must not slip in.
  const [original] = useState(props.text);
  const [text, setText] = useState(original);
  const [showsChanges, setShowsChanges] = useState(false);
  const save = useSave(verb, props.onClose);
  const refusal = useRefusal(text, verb === 'update' ? original : undefined);
  return (
    <Dialog
      open
      onClose={props.onClose}
      maxWidth="md"
      fullWidth
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>{title}</DialogTitle>
      <DialogContent className={classes.content}>
        {verb === 'update' && (
          <SwitchInput
            label={t('manifest.showChanges')}
            isOn={showsChanges}
            onChange={setShowsChanges}
          />
        )}
        <Suspense fallback={<SkeletonRows rows={8} />}>
          <YamlEditor
            label={title}
            value={text}
            onChange={setText}
            {...(showsChanges && { original })}
          />
        </Suspense>
        {save.error && <Alert severity="error">{save.error.message}</Alert>}
      </DialogContent>
      <DialogFoot status={refusal}>
        <ActionButton onClick={props.onClose} size="medium">
          {t('common.cancel')}
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
    </Dialog>
  );
}

function useRefusal(text: string, original: string | undefined) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const problems = useMemo(() => lintManifests(text), [text]);
  if (problems.length > 0) {
    return problems[0].message;
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
  return useMutation({
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
