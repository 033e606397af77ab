import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import {
  CommitSummaries,
  CommitSummary,
  findCommitURL,
  Freight,
  freightArtifacts,
  FreightReference,
  RepositoryCommits,
  shortSource,
} from 'backstage-plugin-kargo-common';
import { DatedTime } from '../components/RelativeTime';
import { useFreightCommits } from '../queries/useFreightCommits';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  muted: { color: theme.palette.text.secondary },
  list: {
    margin: theme.spacing(0.5, 0, 1),
    padding: 0,
    listStyle: 'none',
    maxHeight: 240,
    overflowY: 'auto',
    fontSize: '0.8125rem',
  },
  commit: { padding: theme.spacing(0.5, 0), overflowWrap: 'anywhere' },
  id: { fontFamily: 'monospace', marginRight: theme.spacing(1) },
  by: { color: theme.palette.text.secondary, fontSize: '0.75rem' },
}));

/**
 * The commits that a promotion brings, or takes away when it goes back. Draws nothing for
 * Freight without commits of a repository that the Stage runs a commit of already.
 */
export function CommitsBetween(props: {
  project: string;
  stage: string;
  from: FreightReference;
  to: Freight;
}) {
  const { from, to } = props;
  return hasCommits(from) && hasCommits(to) ? <Commits {...props} /> : null;
}

function hasCommits(freight: Freight | FreightReference): boolean {
  return freightArtifacts(freight).some(({ kind }) => kind === 'commit');
}

function Commits(props: {
  project: string;
  stage: string;
  from: FreightReference;
  to: Freight;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { repositories, error } = useFreightCommits(props.project, {
    stage: props.stage,
    freight: props.to.metadata.name,
    held: props.from.name,
  });
  if (error) {
    return (
      <div className={classes.muted}>
        {t('promote.commitsFailed', { why: error.message })}
      </div>
    );
  }
  if (!repositories) {
    return <div className={classes.muted}>{t('promote.commitsLoading')}</div>;
  }
  return (
    <>
      {repositories.map(repository => (
        <Repository
          key={`${repository.repoURL} ${repository.to}`}
          repository={repository}
        />
      ))}
    </>
  );
}

function Repository(props: { repository: RepositoryCommits }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { repoURL, added, removed, unknown } = props.repository;
  if (unknown) {
    return (
      <div className={classes.muted}>
        {t('promote.commitsUnknown', {
          source: shortSource(repoURL),
          why: unknown,
        })}
      </div>
    );
  }
  return (
    <>
      <Side repoURL={repoURL} side="added" commits={added} />
      <Side repoURL={repoURL} side="removed" commits={removed} />
    </>
  );
}

function Side(props: {
  repoURL: string;
  side: 'added' | 'removed';
  commits: CommitSummaries | undefined;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { repoURL, side, commits } = props;
  const count = commits?.items.length ?? 0;
  if (!commits || count === 0) {
    return null;
  }
  const source = shortSource(repoURL);
  const counted = () =>
    side === 'added'
      ? t('promote.commitsAdded', { count, source })
      : t('promote.commitsRemoved', { count, source });
  const atLeast = () =>
    side === 'added'
      ? t('promote.commitsAddedMore', { number: String(count), source })
      : t('promote.commitsRemovedMore', { number: String(count), source });
  const title = commits.isCut ? atLeast() : counted();
  return (
    <div>
      <span className={classes.muted}>{title}</span>
      {/* Scrolls, so it must be reachable by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
      <ul className={classes.list} aria-label={title} tabIndex={0}>
        {commits.items.map(commit => (
          <Commit key={commit.id} repoURL={repoURL} commit={commit} />
        ))}
      </ul>
    </div>
  );
}

function Commit(props: { repoURL: string; commit: CommitSummary }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { id, subject, author, committedAt } = props.commit;
  const url = findCommitURL(props.repoURL, id);
  const short = id.slice(0, 7);
  return (
    <li className={classes.commit}>
      {url ? (
        <Link className={classes.id} href={url} target="_blank" rel="noopener">
          {short}
        </Link>
      ) : (
        <span className={classes.id}>{short}</span>
      )}
      {subject}
      <div className={classes.by}>
        {t('freight.author', { author: nameOf(author) })}
        {', '}
        <DatedTime time={committedAt} />
      </div>
    </li>
  );
}

/** Of `Name <email>` the name; the address is nobody's business here. */
function nameOf(author: string): string {
  return author.replace(/\s*<[^<>]*>$/, '') || author;
}
