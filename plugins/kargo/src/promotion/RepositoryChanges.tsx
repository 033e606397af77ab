import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import {
  FileChange,
  findCommitURL,
  GitChanges,
  shortSource,
} from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { kargoTranslationRef } from '../translation';
import { FileDiff } from './FileDiff';

/** So many files are open at once; of more, each is opened by whoever wants to see it. */
const OPEN_FILES = 3;

const useStyles = makeStyles(theme => ({
  place: { overflowWrap: 'anywhere' },
  muted: { color: theme.palette.text.secondary },
  note: {
    color: theme.palette.text.secondary,
    fontSize: '0.8125rem',
    marginTop: theme.spacing(0.5),
  },
  files: { margin: 0, padding: 0, listStyle: 'none' },
  file: { padding: theme.spacing(0.5, 0) },
  summary: {
    cursor: 'pointer',
    padding: theme.spacing(0.25, 0),
    overflowWrap: 'anywhere',
  },
  path: { fontFamily: 'monospace', fontSize: '0.8125rem' },
  counts: { whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' },
}));

/** The files of one checkout that a promotion would change. */
export function RepositoryChanges(props: { changes: GitChanges }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { repoURL, path, branch, from, files, unknown } = props.changes;
  const source = shortSource(repoURL);
  if (unknown) {
    return (
      <div className={classes.note}>
        {t('dryRun.unknown', { source, why: unknown })}
      </div>
    );
  }
  const url = findCommitURL(repoURL, from);
  const commit = from.slice(0, 7);
  const notListed = props.changes.fileCount - files.length;
  return (
    <div>
      <div className={classes.place}>
        {t('dryRun.place', { source, ref: branch ?? commit })}
        {branch && ' '}
        {branch &&
          (url ? (
            <Link href={url} target="_blank" rel="noopener">
              {commit}
            </Link>
          ) : (
            <span className={classes.muted}>{commit}</span>
          ))}{' '}
        <span className={classes.muted}>{t('dryRun.path', { path })}</span>
      </div>
      {!props.changes.isCommitted && (
        <div className={classes.note}>{t('dryRun.notCommitted')}</div>
      )}
      <ul className={classes.files}>
        {files.map(file => (
          <li key={file.path} className={classes.file}>
            <FileRow file={file} isOpen={files.length <= OPEN_FILES} />
          </li>
        ))}
      </ul>
      {notListed > 0 && (
        <div className={classes.note}>
          {t('dryRun.more', { count: notListed })}
        </div>
      )}
    </div>
  );
}

function FileRow(props: { file: FileChange; isOpen: boolean }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { file } = props;
  const { path, previousPath, change, added, removed } = file;
  // What is closed is not drawn: there may be hundreds of them.
  const [isOpen, setIsOpen] = useState(props.isOpen);
  return (
    <details
      open={isOpen}
      onToggle={event => setIsOpen(event.currentTarget.open)}
    >
      <summary className={classes.summary}>
        <span className={classes.path}>{path}</span>{' '}
        <span className={classes.muted}>
          {t(`dryRun.${change}`)}
          {previousPath !== undefined &&
            ` ${t('dryRun.movedFrom', { path: previousPath })}`}
        </span>{' '}
        {added !== undefined && removed !== undefined && (
          <span
            className={`${classes.muted} ${classes.counts}`}
            role="img"
            aria-label={t('dryRun.lines', {
              added: String(added),
              removed: String(removed),
            })}
          >
            +{added} −{removed}
          </span>
        )}
      </summary>
      {isOpen && <FileDiff file={file} />}
    </details>
  );
}
