import {
  useAnalytics,
  useApi,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import Typography from '@material-ui/core/Typography';
import Alert from '@material-ui/lab/Alert';
import { useQueryClient } from '@tanstack/react-query';
import { Freight, JsonObject, Warehouse } from 'backstage-plugin-kargo-common';
import { useId, useMemo } from 'react';
import { ActionButton } from '../components/ActionButton';
import { DialogFoot } from '../components/DialogFoot';
import { useCloseAsking } from '../components/useCloseAsking';
import { useKept } from '../components/useKept';
import { useWritten } from '../components/useWritten';
import { useKeptMutation } from '../components/useKeptMutation';
import { freightLabel } from '../freight/freightModel';
import { kargoApiRef } from '../kargoApiRef';
import { throwErrors } from '../manifest/ManifestDialog';
import { useFreight } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import {
  assemblySlots,
  findSameFreight,
  firstPick,
  freightManifest,
  pickedContent,
} from './assemblyModel';
import { VersionChooser } from './VersionChooser';

/** From so many versions of a subscription on, there is a field to search them. */
const SEARCHED_FROM = 9;

const useStyles = makeStyles(theme => ({
  content: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1.5),
  },
}));

interface AssembleDialogProps {
  warehouse: Warehouse;
  model?: Freight;
  onClose: () => void;
  /** Told the name of what was made. */
  onCreated: (freight: string) => void;
}

/** Chooses one version per subscription, and makes Freight of them. */
export function AssembleDialog(props: AssembleDialogProps) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const titleId = useId();
  const nameId = useId();
  const { model, warehouse } = props;
  const [search, setSearch] = useKept('search', () => '');
  const assembly = useAssembly(props);
  const { slots, pick, existing, create } = assembly;
  const origin = warehouse.metadata.name;
  const { onClose, question } = useCloseAsking({
    isPending: create.isPending,
    onClose: props.onClose,
  });
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="md"
      fullWidth
      aria-labelledby={titleId}
    >
      <DialogTitle id={titleId}>
        {model
          ? t('assembly.cloneTitle', { freight: labelOf(model) })
          : t('assembly.title', { warehouse: origin })}
      </DialogTitle>
      <DialogContent className={classes.content}>
        <Typography variant="body2" color="textSecondary">
          {t('assembly.text')}
        </Typography>
        {slots.some(({ choices }) => choices.length >= SEARCHED_FROM) && (
          <TextField
            size="small"
            variant="outlined"
            placeholder={t('assembly.search')}
            value={search}
            onChange={event => setSearch(event.target.value)}
            inputProps={{ 'aria-label': t('assembly.search'), type: 'search' }}
          />
        )}
        {slots.map(slot => (
          <VersionChooser
            key={slot.key}
            slot={slot}
            picked={pick[slot.key]}
            search={search}
            onPick={revision => assembly.choose(slot.key, revision)}
          />
        ))}
        <TextField
          id={nameId}
          size="small"
          variant="outlined"
          label={t('assembly.name')}
          helperText={t('assembly.nameHelp')}
          value={assembly.alias}
          onChange={event => assembly.setAlias(event.target.value)}
        />
        {create.error && <Alert severity="error">{create.error.message}</Alert>}
      </DialogContent>
      <DialogFoot
        status={
          existing && t('assembly.exists', { freight: labelOf(existing) })
        }
      >
        <ActionButton onClick={props.onClose} size="medium">
          {t('common.cancel')}
        </ActionButton>
        <ActionButton
          onClick={() => create.mutate()}
          isPending={create.isPending}
          variant="contained"
          size="medium"
          {...(existing && {
            refusal: t('assembly.exists', { freight: labelOf(existing) }),
          })}
        >
          {t('assembly.create')}
        </ActionButton>
      </DialogFoot>
      {question}
    </Dialog>
  );
}

function useAssembly(props: AssembleDialogProps) {
  const { warehouse, model } = props;
  const { items: freight = [] } = useFreight(
    warehouse.metadata.namespace ?? '',
  );
  // What was found when the dialog opened: a list must not move under the pointer.
  const [slots] = useKept('slots', () => assemblySlots(warehouse, model));
  const [pick, setPick] = useWritten('pick', () => firstPick(slots, model));
  const [alias, setAlias] = useWritten('alias', () => '');
  const content = useMemo(() => pickedContent(slots, pick), [slots, pick]);
  const existing = findSameFreight(freight, warehouse.metadata.name, content);
  const create = useCreateFreight(
    () => freightManifest(warehouse, content, alias.trim()),
    props.onCreated,
  );
  return {
    slots,
    pick,
    alias,
    setAlias,
    existing,
    create,
    choose: (key: string, revision: string) =>
      setPick(old => ({ ...old, [key]: revision })),
  };
}

function useCreateFreight(
  manifest: () => JsonObject,
  onCreated: (name: string) => void,
) {
  const api = useApi(kargoApiRef);
  const analytics = useAnalytics();
  const client = useQueryClient();
  return useKeptMutation('create', {
    mutationFn: async () => {
      const { results } = await api.createResources({ body: [manifest()] });
      throwErrors(results);
      const made = results[0]?.createdResourceManifest as Freight | undefined;
      return made?.metadata.name ?? '';
    },
    onSuccess: async name => {
      analytics.captureEvent('create', 'freight');
      await client.invalidateQueries({ queryKey: ['kargo'] });
      onCreated(name);
    },
  });
}

function labelOf({ metadata, alias }: Freight): string {
  return freightLabel({ name: metadata.name, alias });
}
