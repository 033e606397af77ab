import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import {
  freightArtifacts,
  WarehouseDryRun,
} from 'backstage-plugin-kargo-common';
import { LookSection } from '../components/LookSection';
import { ReasonList } from '../components/ReasonList';
import { useReasonTexts } from '../components/useReasonTexts';
import { VersionChips } from '../components/VersionChips';
import { useWarehouseLook } from '../queries/useWarehouseLook';
import { kargoTranslationRef } from '../translation';
import { FoundVersions, foundVersions } from './foundVersions';

/** How many versions of one subscription are read at a glance. */
const SHOWN = 5;

const useStyles = makeStyles(theme => ({
  root: {
    padding: theme.spacing(1.5),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
  },
  muted: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
  list: { margin: 0, padding: 0, listStyle: 'none' },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.25, 1.5),
    padding: theme.spacing(0.5, 0),
  },
  source: { flex: '1 1 260px', minWidth: 0, overflowWrap: 'anywhere' },
  freight: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(1),
  },
}));

const NO_FREIGHT = new Map();

/** What a Warehouse that is not stored yet would find, for whoever asks: it takes a moment. */
export function WarehouseLook(props: {
  /** The manifest of the Warehouse. */
  manifest: string;
  /** Why it cannot be looked yet. */
  refusal?: string | undefined;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { manifest, refusal } = props;
  const { found, isRunning, error, start } = useWarehouseLook(manifest);
  return (
    <LookSection
      className={classes.root}
      title={t('warehouseLook.title')}
      action={t(found ? 'warehouseLook.again' : 'warehouseLook.start')}
      onLook={start}
      refusal={refusal}
      isRunning={isRunning}
      status={statusText(t, found, isRunning)}
      failure={error && t('warehouseLook.failed', { why: error.message })}
    >
      {found && <Found found={found} />}
    </LookSection>
  );
}

type Translate = ReturnType<
  typeof useTranslationRef<(typeof kargoTranslationRef)['T']>
>['t'];

function statusText(
  t: Translate,
  found: WarehouseDryRun | undefined,
  isRunning: boolean,
): string {
  if (isRunning || !found) {
    return t(isRunning ? 'warehouseLook.running' : 'warehouseLook.about');
  }
  return t(found.freight ? 'warehouseLook.makes' : 'warehouseLook.makesNone');
}

function Found({ found }: { found: WarehouseDryRun }) {
  const classes = useStyles();
  const { reasonText } = useReasonTexts(NO_FREIGHT, Date.now());
  const { freight, explanation, discoveredArtifacts } = found;
  const artifacts = freight ? freightArtifacts(freight) : [];
  return (
    <>
      {artifacts.length > 0 && (
        <div className={classes.freight}>
          <VersionChips artifacts={artifacts} max={artifacts.length} />
        </div>
      )}
      <ReasonList
        reasons={explanation.reasons.map(reason => ({
          text: reasonText(reason),
          tone: reason.tone,
        }))}
      />
      <ul className={classes.list}>
        {foundVersions(discoveredArtifacts).map((each, index) => (
          <FoundItem key={`${index} ${each.source}`} {...each} />
        ))}
      </ul>
    </>
  );
}

function FoundItem({ source, versions }: FoundVersions) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const rest = versions.length - SHOWN;
  const shown = versions.slice(0, SHOWN).join(', ');
  return (
    <li className={classes.item}>
      <span className={classes.source}>{source}</span>
      <span className={classes.muted}>
        {rest > 0
          ? t('warehouseLook.andMore', { shown, number: String(rest) })
          : shown || t('warehouse.nothingFound')}
      </span>
    </li>
  );
}
