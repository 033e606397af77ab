import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import {
  durationToMilliseconds,
  freightArtifacts,
  freightDiscoveredAt,
  Warehouse,
} from 'backstage-plugin-kargo-common';
import { useMemo } from 'react';
import { AssembleFreight } from '../assembly/AssembleFreight';
import { DetailDrawer } from '../components/DetailDrawer';
import { ExplanationView } from '../components/ExplanationView';
import { RefreshButton } from '../components/RefreshButton';
import {
  DatedTime,
  formatElapsed,
  RelativeTime,
} from '../components/RelativeTime';
import { Section } from '../components/Section';
import { WarehouseStateLabel } from '../components/StateLabels';
import { useLocale } from '../components/useLocale';
import { Selection } from '../components/useSelection';
import { VersionChips } from '../components/VersionChips';
import { freightLabel, indexFreight } from '../freight/freightModel';
import { useExplanation } from '../queries/useExplanation';
import { ManifestSection } from '../manifest/ManifestSection';
import { useKargoActions } from '../queries/useKargoActions';
import { Pipeline } from '../queries/usePipeline';
import { kargoTranslationRef } from '../translation';
import { warehouseView } from './warehouseModel';

const SHOWN_FREIGHT = 10;

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.25, 1.5),
    padding: theme.spacing(0.75, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
    '&:last-child': { borderBottom: 0 },
  },
  source: { flex: '1 1 260px', minWidth: 0, overflowWrap: 'anywhere' },
  muted: { color: theme.palette.text.secondary },
  found: {
    maxWidth: 280,
    color: theme.palette.text.secondary,
    overflowWrap: 'anywhere',
  },
  summary: { cursor: 'pointer' },
  name: {
    fontSize: '0.875rem',
    fontWeight: 600,
    minWidth: 120,
    textAlign: 'left',
  },
}));

/** A Warehouse: what it watches, what it found and what keeps it from finding. */
export function WarehouseDrawer(props: {
  pipeline: Pipeline;
  warehouse: Warehouse;
  onOpen: (selection: Selection) => void;
  onClose: () => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const locale = useLocale();
  const { pipeline, warehouse } = props;
  const { refreshWarehouse } = useKargoActions(pipeline.project);
  const name = warehouse.metadata.name;
  const view = warehouseView(warehouse);
  return (
    <DetailDrawer
      isOpen
      onClose={props.onClose}
      kind={t('warehouse.kind')}
      title={name}
      subtitle={<WarehouseStateLabel state={view.state} />}
      actions={
        <>
          <RefreshButton refresh={refreshWarehouse} name={name} />
          <AssembleFreight
            pipeline={pipeline}
            warehouse={warehouse}
            onOpen={props.onOpen}
          />
        </>
      }
    >
      <WarehouseWaiting pipeline={pipeline} warehouse={warehouse} />
      <Section
        title={t('warehouse.subscriptions')}
        action={
          <Typography variant="caption" color="textSecondary">
            {t('warehouse.every', {
              interval: formatElapsed(
                durationToMilliseconds(warehouse.spec.interval),
                locale,
              ),
            })}
          </Typography>
        }
      >
        <ul className={classes.list}>
          {view.subscriptions.map(subscription => (
            <li
              key={`${subscription.type} ${subscription.source}`}
              className={classes.item}
            >
              <div className={classes.source}>
                {subscription.page ? (
                  <Link
                    href={subscription.page}
                    target="_blank"
                    rel="noopener noreferrer"
                  >
                    {subscription.source}
                  </Link>
                ) : (
                  subscription.source
                )}
                {subscription.rule && (
                  <div className={classes.muted}>{subscription.rule}</div>
                )}
              </div>
              <FoundText versions={subscription.found} />
            </li>
          ))}
        </ul>
        {view.lookedAt && (
          <Typography variant="body2" color="textSecondary">
            {t('warehouse.lastFound', {
              time: <DatedTime key="time" time={view.lookedAt} />,
            })}
          </Typography>
        )}
      </Section>
      <ProducedFreight {...props} />
      <ManifestSection
        resource={warehouse}
        manage={pipeline.access?.project.manage}
        onDeleted={props.onClose}
      />
    </DetailDrawer>
  );
}

/** The newest, and the others on demand. */
function FoundText({ versions }: { versions: string[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const [newest, ...others] = versions;
  if (others.length === 0) {
    return (
      <span className={classes.muted}>
        {newest ?? t('warehouse.nothingFound')}
      </span>
    );
  }
  return (
    <details className={classes.found}>
      <summary className={classes.summary}>
        {t('warehouse.found', { newest, number: String(others.length) })}
      </summary>
      {others.join(', ')}
    </details>
  );
}

function WarehouseWaiting(props: { pipeline: Pipeline; warehouse: Warehouse }) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, warehouse } = props;
  const { name } = warehouse.metadata;
  const byName = useMemo(
    () => indexFreight(pipeline.freight),
    [pipeline.freight],
  );
  const query = useExplanation(pipeline.project, { kind: 'warehouse', name }, [
    warehouse,
    ...pipeline.freight.filter(({ origin }) => origin.name === name),
  ]);
  return (
    <Section title={t('warehouse.waiting')}>
      <ExplanationView query={query} byName={byName} />
    </Section>
  );
}

function ProducedFreight(props: {
  pipeline: Pipeline;
  warehouse: Warehouse;
  onOpen: (selection: Selection) => void;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipeline, warehouse } = props;
  const produced = pipeline.freight
    .filter(({ origin }) => origin.name === warehouse.metadata.name)
    .slice(0, SHOWN_FREIGHT);
  return (
    <Section
      title={t('warehouse.producing')}
      action={
        <Typography variant="caption" color="textSecondary">
          {warehouse.spec.freightCreationPolicy === 'Manual'
            ? t('warehouse.manual')
            : t('warehouse.automatic')}
        </Typography>
      }
    >
      {produced.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          {t('states.emptyFreightTitle')}
        </Typography>
      )}
      <ul className={classes.list}>
        {produced.map(freight => (
          <li key={freight.metadata.name} className={classes.item}>
            <Link
              component="button"
              className={classes.name}
              onClick={() => props.onOpen({ freight: freight.metadata.name })}
            >
              {freightLabel({
                name: freight.metadata.name,
                alias: freight.alias,
              })}
            </Link>
            <VersionChips artifacts={freightArtifacts(freight)} max={3} />
            <span className={classes.muted}>
              <RelativeTime time={freightDiscoveredAt(freight)} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
