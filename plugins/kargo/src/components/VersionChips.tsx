import { makeStyles } from '@material-ui/core/styles';
import ImageIcon from '@material-ui/icons/ArchiveOutlined';
import CommitIcon from '@material-ui/icons/CallSplit';
import OtherIcon from '@material-ui/icons/CategoryOutlined';
import ChartIcon from '@material-ui/icons/Layers';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ArtifactKind,
  FreightArtifact,
  sourceName,
} from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../translation';
import { MoreButton } from './MoreButton';

const ICONS = {
  image: ImageIcon,
  commit: CommitIcon,
  chart: ChartIcon,
  artifact: OtherIcon,
};

const NAMES = {
  image: 'freight.image',
  commit: 'freight.commit',
  chart: 'freight.chart',
  artifact: 'freight.artifact',
} as const;

const useStyles = makeStyles(theme => ({
  list: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.5),
    margin: 0,
    padding: 0,
    listStyle: 'none',
    minWidth: 0,
  },
  chip: {
    display: 'inline-flex',
    alignItems: 'center',
    gap: 3,
    maxWidth: '100%',
    padding: '1px 6px',
    borderRadius: theme.shape.borderRadius,
    backgroundColor: theme.palette.action.hover,
    color: theme.palette.text.primary,
    fontSize: '0.75rem',
    lineHeight: 1.5,
  },
  text: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  all: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.75),
    margin: 0,
    padding: 0,
    listStyle: 'none',
  },
  icon: { fontSize: '0.95rem', color: theme.palette.text.secondary },
}));

/** The icon of a kind of artifact, with its name for screen readers. */
export function ArtifactIcon(props: { kind: ArtifactKind }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const Icon = ICONS[props.kind];
  return <Icon className={classes.icon} titleAccess={t(NAMES[props.kind])} />;
}

/** Versions of a few artifacts, side by side; the rest is counted, and shown on demand. */
export function VersionChips(props: {
  artifacts: FreightArtifact[];
  max: number;
  /** Of what shows the rest; -1 where a key leads there otherwise. */
  tabIndex?: number;
}) {
  const classes = useStyles();
  const { artifacts, max, tabIndex = 0 } = props;
  const hidden = artifacts.length - max;
  return (
    <ul className={classes.list}>
      {artifacts.slice(0, max).map(artifact => (
        <li
          key={artifact.key}
          className={classes.chip}
          title={`${sourceName(artifact)} ${artifact.version}`}
        >
          <ArtifactIcon kind={artifact.kind} />
          <span className={classes.text}>{artifact.version}</span>
        </li>
      ))}
      {hidden > 0 && (
        <li className={classes.chip}>
          <MoreArtifacts
            artifacts={artifacts}
            hidden={hidden}
            tabIndex={tabIndex}
          />
        </li>
      )}
    </ul>
  );
}

function MoreArtifacts(props: {
  artifacts: FreightArtifact[];
  hidden: number;
  tabIndex: number;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { artifacts, hidden } = props;
  return (
    <MoreButton
      text={t('freight.moreArtifacts', { number: String(hidden) })}
      tabIndex={props.tabIndex}
      whole={artifacts
        .map(
          artifact =>
            `${t(NAMES[artifact.kind])}: ${sourceName(artifact)} ${
              artifact.version
            }`,
        )
        .join('\n')}
    >
      <ul className={classes.all}>
        {artifacts.map(artifact => (
          <li key={artifact.key}>
            <ArtifactIcon kind={artifact.kind} /> {sourceName(artifact)}{' '}
            <strong>{artifact.version}</strong>
          </li>
        ))}
      </ul>
    </MoreButton>
  );
}
