import { makeStyles } from '@material-ui/core/styles';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { FreightArtifact } from 'backstage-plugin-kargo-common';
import { kargoTranslationRef } from '../translation';
import Link from '@material-ui/core/Link';
import { artifactLink, sourceLink } from './artifactLink';
import { imageFacts } from './imageFacts';
import { MoreButton } from './MoreButton';
import { DatedTime } from './RelativeTime';
import { ArtifactIcon } from './VersionChips';

/** As much of a digest as is read: `sha256:` and twelve digits. */
const SHORT_DIGEST = 19;

const useStyles = makeStyles(theme => ({
  list: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(1),
    margin: 0,
    padding: 0,
    listStyle: 'none',
    fontSize: '0.875rem',
  },
  item: { display: 'flex', gap: theme.spacing(1), alignItems: 'flex-start' },
  text: { minWidth: 0, overflowWrap: 'anywhere' },
  version: { fontWeight: 600 },
  digest: { fontFamily: 'monospace' },
  source: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
}));

/** Artifacts with version, source and, for commits, what they say. */
export function ArtifactTable(props: { artifacts: FreightArtifact[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <ul className={classes.list}>
      {props.artifacts.map(artifact => (
        <li key={artifact.key} className={classes.item}>
          <ArtifactIcon kind={artifact.kind} />
          <div className={classes.text}>
            <Version artifact={artifact} />
            {artifact.subject && ` ${artifact.subject}`}
            <div className={classes.source}>
              {artifact.subscription && `${artifact.subscription} · `}
              <Source artifact={artifact} />
              {artifact.author && ' '}
              {artifact.author &&
                t('freight.author', { author: artifact.author })}
            </div>
            <CommitId artifact={artifact} />
            <ImageFacts artifact={artifact} />
          </div>
        </li>
      ))}
    </ul>
  );
}

/** The commit that a tag or a few digits of it stand for. */
function CommitId({ artifact }: { artifact: FreightArtifact }) {
  const classes = useStyles();
  const { kind, revision, version } = artifact;
  return kind === 'commit' && revision !== version ? (
    <div className={`${classes.source} ${classes.digest}`}>{revision}</div>
  ) : null;
}

/** What is known of an image beside its tag: its digest, when it was built, and of what. */
function ImageFacts(props: { artifact: FreightArtifact }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { digest, builtAt, sourceURL } = imageFacts(props.artifact);
  if (!digest && !builtAt && !sourceURL) {
    return null;
  }
  return (
    <div className={classes.source}>
      {digest && (
        <MoreButton
          className={classes.digest}
          text={digest.slice(0, SHORT_DIGEST)}
          whole={digest}
        />
      )}
      {builtAt && (
        <>
          {' '}
          {t('freight.built', {
            time: <DatedTime key="time" time={builtAt} />,
          })}
        </>
      )}
      {sourceURL && (
        <>
          {' '}
          <Link href={sourceURL} target="_blank" rel="noopener noreferrer">
            {t('freight.source')}
          </Link>
        </>
      )}
    </div>
  );
}

/** Where the artifact comes from: the page of its repository, where there is one. */
function Source({ artifact }: { artifact: FreightArtifact }) {
  const { source } = artifact;
  const page = sourceLink(artifact);
  return page ? (
    <Link href={page} target="_blank" rel="noopener noreferrer">
      {source}
    </Link>
  ) : (
    <>{source}</>
  );
}

/** Leads to the artifact where its host has a page for it. */
function Version(props: { artifact: FreightArtifact }) {
  const classes = useStyles();
  const { version } = props.artifact;
  const url = artifactLink(props.artifact);
  return (
    <span className={classes.version}>
      {url ? (
        <Link href={url} target="_blank" rel="noopener noreferrer">
          {version}
        </Link>
      ) : (
        version
      )}
    </span>
  );
}
