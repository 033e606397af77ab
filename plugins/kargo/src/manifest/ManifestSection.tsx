import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { CopyTextButton } from '@backstage/core-components';
import { makeStyles } from '@material-ui/core/styles';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { AccessVerdict, Resource } from 'backstage-plugin-kargo-common';
import { ReactNode, useState } from 'react';
import { flushSync } from 'react-dom';
import { ActionButton } from '../components/ActionButton';
import { ConfirmDialog } from '../components/ConfirmDialog';
import { scroller } from '../components/scroller';
import { Section } from '../components/Section';
import { useRefusal } from '../components/useRefusal';
import { kargoApiRef } from '../kargoApiRef';
import { kargoTranslationRef } from '../translation';
import { throwErrors } from './ManifestDialog';
import { manifestName, storedManifest } from './manifestText';
import { useManifestEditor } from './useManifestEditor';

const useStyles = makeStyles(theme => ({
  actions: { display: 'flex', gap: theme.spacing(1) },
  code: { position: 'relative', marginTop: theme.spacing(1) },
  yaml: {
    margin: 0,
    padding: theme.spacing(1.5),
    maxHeight: 480,
    overflow: 'auto',
    borderRadius: 8,
    backgroundColor: theme.palette.action.hover,
    fontSize: '0.75rem',
    lineHeight: 1.5,
  },
  copy: { position: 'absolute', top: 4, right: 4 },
  summary: { cursor: 'pointer', fontSize: '0.875rem' },
  glance: {
    marginBottom: theme.spacing(0.5),
    fontSize: '0.875rem',
    overflowWrap: 'anywhere',
  },
}));

/** Freight and Promotions never change; everything else may be edited. */
const IMMUTABLE = ['Freight', 'Promotion'];

/** What is stored of a resource, to read, and to edit or delete for those who may. */
export function ManifestSection(props: {
  resource: Resource;
  /** Whether the viewer may change it; of no use where it is shown alone. */
  manage?: AccessVerdict | undefined;
  /** Whether it is shown alone, to be neither edited nor deleted here. */
  isShownOnly?: boolean;
  /** Why it may not be deleted, whoever asks. */
  inUse?: string;
  /** What the section is called, where the page shows several. */
  title?: string;
  /** What is seen without opening it. */
  summary?: ReactNode;
  /** What else goes with it; its name has to be typed then. */
  deleteText?: string;
  onDeleted?: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { resource } = props;
  const [isOpen, setOpen] = useState(false);
  const { edit } = useManifestEditor();
  const refusal = useRefusal(props.manage);
  const text = isOpen ? storedManifest(resource) : '';
  return (
    <Section
      title={props.title ?? t('manifest.title')}
      action={
        !props.isShownOnly && (
          <span className={classes.actions}>
            {!IMMUTABLE.includes(resource.kind) && (
              <ActionButton
                onClick={() => edit(resource)}
                {...(refusal !== undefined && { refusal })}
              >
                {t('manifest.edit')}
              </ActionButton>
            )}
            <DeleteButton {...props} refusal={refusal ?? props.inUse} />
          </span>
        )
      }
    >
      {props.summary && <div className={classes.glance}>{props.summary}</div>}
      <details
        onToggle={event => setOpen((event.target as HTMLDetailsElement).open)}
      >
        <summary className={classes.summary}>{t('manifest.show')}</summary>
        <div className={classes.code}>
          <pre className={classes.yaml} {...scroller(t('manifest.title'))}>
            {text}
          </pre>
          <span className={classes.copy}>
            <CopyTextButton text={text} aria-label={t('common.copy')} />
          </span>
        </div>
      </details>
    </Section>
  );
}

function DeleteButton(props: {
  resource: Resource;
  refusal: string | undefined;
  deleteText?: string;
  onDeleted?: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const api = useApi(kargoApiRef);
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const { resource, refusal } = props;
  const names = { kind: resource.kind, name: resource.metadata.name };
  const remove = useMutation({
    mutationFn: async () => {
      const body = [manifestName(resource)];
      throwErrors((await api.deleteResources({ body })).results);
    },
    onSuccess: () => {
      // At once, so that what showed it does not ask for it once more.
      flushSync(() => {
        setAsking(false);
        props.onDeleted?.();
      });
      client.invalidateQueries({ queryKey: ['kargo'] });
    },
  });
  return (
    <>
      <ActionButton
        onClick={() => setAsking(true)}
        {...(refusal !== undefined && { refusal })}
      >
        {t('manifest.delete')}
      </ActionButton>
      <ConfirmDialog
        isOpen={isAsking}
        title={t('manifest.deleteTitle', names)}
        text={props.deleteText ?? t('manifest.deleteText')}
        {...(props.deleteText !== undefined && { typed: names.name })}
        action={t('manifest.delete')}
        isPending={remove.isPending}
        error={remove.error}
        onClose={() => {
          setAsking(false);
          remove.reset();
        }}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}
