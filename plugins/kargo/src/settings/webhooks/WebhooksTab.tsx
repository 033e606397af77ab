import { CopyTextButton } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { ConfigStatus, findCondition } from 'backstage-plugin-kargo-common';
import { Section } from '../../components/Section';
import { StatusLabel } from '../../components/StatusLabel';
import { kargoTranslationRef } from '../../translation';
import { SettingsBody } from '../SettingsBody';
import { useProjectConfig } from '../useProjectConfig';
import { Deliveries } from './Deliveries';
import { ReceiverRow, receiverRows } from './receiverRows';

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
  name: { fontWeight: 600 },
  address: { display: 'flex', alignItems: 'center', overflowWrap: 'anywhere' },
}));

/** Who may tell the project of new versions, and under which address. */
export function WebhooksTab(props: { project: string }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const query = useProjectConfig(props.project);
  return (
    <>
      <Section title={t('settings.tabs.webhooks')}>
        <Typography variant="body2" gutterBottom>
          {t('settings.webhooksText')}
        </Typography>
        <SettingsBody query={query}>
          {({ config }) => {
            const rows = config ? receiverRows(config) : [];
            return rows.length === 0 ? (
              <Typography variant="body2">{t('settings.noneYet')}</Typography>
            ) : (
              <>
                <NotInForce status={config?.status} />
                <Receivers rows={rows} />
              </>
            );
          }}
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

function Receivers(props: { rows: ReceiverRow[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <TableContainer className={classes.container}>
      <Table size="small" aria-label={t('settings.tabs.webhooks')}>
        <TableHead>
          <TableRow>
            <TableCell>{t('table.name')}</TableCell>
            <TableCell>{t('settings.sender')}</TableCell>
            <TableCell>{t('settings.secret')}</TableCell>
            <TableCell>{t('settings.address')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.rows.map(({ name, provider, secret, url }) => (
            <TableRow key={name}>
              <TableCell component="th" scope="row" className={classes.name}>
                {name}
              </TableCell>
              <TableCell>{provider}</TableCell>
              <TableCell>{secret}</TableCell>
              <TableCell>
                {url ? (
                  <span className={classes.address}>
                    {url}
                    <CopyTextButton text={url} aria-label={t('common.copy')} />
                  </span>
                ) : (
                  t('settings.noAddress')
                )}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
