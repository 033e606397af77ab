import { CopyTextButton } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  ConfigStatus,
  findCondition,
  ProjectConfig,
} from 'backstage-plugin-kargo-common';
import { ActionButton } from '../../components/ActionButton';
import { useOpenDialog } from '../../components/useOpenDialog';
import { Section } from '../../components/Section';
import { StatusLabel } from '../../components/StatusLabel';
import { kargoTranslationRef } from '../../translation';
import { DeleteAction } from '../DeleteAction';
import { SettingsBody } from '../SettingsBody';
import { SettingsTable } from '../SettingsTable';
import { useManageRefusal } from '../useManageRefusal';
import { useProjectConfig } from '../useProjectConfig';
import { Deliveries } from './Deliveries';
import { ReceiverDialog } from './ReceiverDialog';
import { ReceiverRow, receiverRows } from './receiverRows';
import { useReceivers } from './useReceivers';

const useStyles = makeStyles({
  address: { display: 'flex', alignItems: 'center', overflowWrap: 'anywhere' },
});

/** Who may tell the project of new versions, and under which address. */
export function WebhooksTab(props: { project: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const query = useProjectConfig(props.project);
  const refusal = useManageRefusal(props.project);
  const open = useOpenDialog();
  return (
    <>
      <Section
        title={t('settings.tabs.webhooks')}
        action={
          query.data && (
            <ActionButton
              onClick={() =>
                open(close => (
                  <NewReceiver project={props.project} onClose={close} />
                ))
              }
              variant="outlined"
              {...(refusal !== undefined && { refusal })}
            >
              {t('settings.receivers.add')}
            </ActionButton>
          )
        }
      >
        <Typography variant="body2" gutterBottom>
          {t('settings.webhooksText')}
        </Typography>
        <SettingsBody query={query}>
          {({ config }) => (
            <Receivers
              project={props.project}
              config={config}
              refusal={refusal}
            />
          )}
        </SettingsBody>
      </Section>
      <Deliveries project={props.project} />
    </>
  );
}

/** What the engine says about receivers that it does not serve. */
function NotInForce(props: { status: ConfigStatus | undefined }) {
  const ready = findCondition(props.status, 'Ready');
  return ready?.status === 'False' ? (
    <Typography variant="body2" gutterBottom>
      <StatusLabel tone="warning">{ready.message}</StatusLabel>
    </Typography>
  ) : null;
}

function Receivers(props: {
  project: string;
  config: ProjectConfig | undefined;
  refusal: string | undefined;
}) {
  const { config, refusal } = props;
  const { remove } = useReceivers(props.project);
  const rows = config ? receiverRows(config) : [];
  return (
    <>
      {rows.length > 0 && <NotInForce status={config?.status} />}
      <ReceiverTable rows={rows} refusal={refusal} remove={remove} />
    </>
  );
}

function NewReceiver(props: { project: string; onClose: () => void }) {
  const { project, onClose } = props;
  const config = useProjectConfig(project).data?.config;
  const { add } = useReceivers(project);
  return (
    <ReceiverDialog
      taken={(config?.spec.webhookReceivers ?? []).map(({ name }) => name)}
      isPending={add.isPending}
      error={add.error}
      onAdd={receiver => add.mutate(receiver, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}

function ReceiverTable(props: {
  rows: ReceiverRow[];
  refusal: string | undefined;
  remove: ReturnType<typeof useReceivers>['remove'];
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { refusal } = props;
  return (
    <SettingsTable
      caption={t('settings.tabs.webhooks')}
      items={props.rows}
      columns={[
        { title: t('settings.sender'), cell: ({ provider }) => provider },
        { title: t('settings.secret'), cell: ({ secret }) => secret },
        {
          title: t('settings.address'),
          isLong: true,
          cell: ({ url }) => <Address url={url} />,
        },
      ]}
      actions={({ metadata }) => (
        <DeleteAction
          item={{ kind: t('settings.receivers.kind'), metadata }}
          text={t('settings.receivers.deleteText')}
          remove={props.remove}
          {...(refusal !== undefined && { refusal })}
        />
      )}
    />
  );
}

function Address(props: { url: string | undefined }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { url } = props;
  return url ? (
    <span className={classes.address}>
      {url}
      <CopyTextButton text={url} aria-label={t('common.copy')} />
    </span>
  ) : (
    <>{t('settings.noAddress')}</>
  );
}
