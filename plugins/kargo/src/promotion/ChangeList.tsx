import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import ArrowIcon from '@material-ui/icons/ArrowForward';
import { ArtifactChange, shortSource } from 'backstage-plugin-kargo-common';
import { MoreButton } from '../components/MoreButton';
import { ArtifactIcon } from '../components/VersionChips';
import { kargoTranslationRef } from '../translation';

const WORDS = {
  changed: 'promote.changed',
  added: 'promote.added',
  removed: 'promote.removed',
  unchanged: 'promote.unchanged',
} as const;

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: {
    padding: theme.spacing(1, 0),
    borderBottom: `1px solid ${theme.palette.divider}`,
    '&:last-child': { borderBottom: 0 },
  },
  head: { display: 'flex', alignItems: 'center', gap: theme.spacing(0.75) },
  source: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
  word: { color: theme.palette.text.secondary, fontSize: '0.75rem' },
  versions: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    paddingLeft: 22,
    overflowWrap: 'anywhere',
  },
  old: { color: theme.palette.text.secondary },
  new: { fontWeight: 600 },
  arrow: { fontSize: '1rem', color: theme.palette.text.secondary },
  subject: {
    paddingLeft: 22,
    color: theme.palette.text.secondary,
    fontSize: '0.8125rem',
  },
}));

/** What changes, artifact by artifact. */
export function ChangeList(props: { changes: ArtifactChange[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <ul className={classes.list}>
      {props.changes.map(({ change, kind, source, subscription, from, to }) => (
        <li key={(to ?? from)?.key} className={classes.item}>
          <div className={classes.head}>
            <ArtifactIcon kind={kind} />
            <span className={classes.source}>
              <Source source={source} name={subscription} />
            </span>
            <span className={classes.word}>{t(WORDS[change])}</span>
          </div>
          <div className={classes.versions}>
            {change !== 'unchanged' && (
              <>
                <span className={classes.old}>
                  {from?.version ?? t('promote.nothing')}
                </span>
                <ArrowIcon className={classes.arrow} titleAccess="→" />
              </>
            )}
            <span className={classes.new}>
              {to?.version ?? t('promote.nothing')}
            </span>
          </div>
          {to?.subject && <div className={classes.subject}>{to.subject}</div>}
        </li>
      ))}
    </ul>
  );
}

function Source(props: { source: string; name: string | undefined }) {
  const { source, name } = props;
  const short = name ?? shortSource(source);
  return short === source ? (
    <>{source}</>
  ) : (
    <MoreButton text={short} whole={source} />
  );
}
