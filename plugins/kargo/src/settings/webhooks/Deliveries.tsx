import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { useQuery } from '@tanstack/react-query';
import { WebhookDelivery } from 'backstage-plugin-kargo-common';
import { DatedTime } from '../../components/RelativeTime';
import { scroller } from '../../components/scroller';
import { Section } from '../../components/Section';
import { StatusLabel, Tone } from '../../components/StatusLabel';
import { kargoApiRef } from '../../kargoApiRef';
import { kargoKeys } from '../../queries/keys';
import { kargoTranslationRef } from '../../translation';
import { SettingsBody } from '../SettingsBody';

const LOOK_AGAIN_MS = 30_000;

const TONES: Record<WebhookDelivery['outcome'], Tone> = {
  Refreshed: 'ok',
  Ignored: 'neutral',
  Refused: 'warning',
  Failed: 'error',
};

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
  table: { minWidth: 560 },
}));

/** What came to the receivers of a project last, and what became of it. */
export function Deliveries(props: { project: string }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const api = useApi(kargoApiRef);
  const { project } = props;
  const query = useQuery({
    queryKey: kargoKeys.webhookDeliveries(project),
    queryFn: async ({ signal }) =>
      (await api.listProjectWebhookDeliveries({ project }, { signal })).items,
    refetchInterval: LOOK_AGAIN_MS,
  });
  return (
    <Section title={t('settings.deliveries')}>
      <SettingsBody query={query}>
        {items =>
          items.length === 0 ? (
            <Typography variant="body2">
              {t('settings.noDeliveries')}
            </Typography>
          ) : (
            <TableContainer
              className={classes.container}
              {...scroller(t('settings.deliveries'))}
            >
              <Table
                size="small"
                className={classes.table}
                aria-label={t('settings.deliveries')}
              >
                <TableHead>
                  <TableRow>
                    <TableCell>{t('settings.at')}</TableCell>
                    <TableCell>{t('settings.receiver')}</TableCell>
                    <TableCell>{t('settings.event')}</TableCell>
                    <TableCell>{t('settings.outcome')}</TableCell>
                  </TableRow>
                </TableHead>
                <TableBody>
                  {items.map((delivery, index) => (
                    <DeliveryRow key={index} delivery={delivery} />
                  ))}
                </TableBody>
              </Table>
            </TableContainer>
          )
        }
      </SettingsBody>
    </Section>
  );
}

function DeliveryRow(props: { delivery: WebhookDelivery }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { at, receiver, event, outcome, message } = props.delivery;
  return (
    <TableRow>
      <TableCell>
        <DatedTime time={at} />
      </TableCell>
      <TableCell>{receiver}</TableCell>
      <TableCell>{event}</TableCell>
      <TableCell>
        <StatusLabel tone={TONES[outcome]}>
          {t(`settings.deliveryOutcome.${outcome}`)}
        </StatusLabel>
        <div>{message}</div>
      </TableCell>
    </TableRow>
  );
}
