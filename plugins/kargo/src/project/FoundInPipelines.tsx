import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { useQuery } from '@tanstack/react-query';
import { FoundItem } from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { Section } from '../components/Section';
import { kargoApiRef } from '../kargoApiRef';
import { kargoKeys } from '../queries/keys';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  list: {
    margin: 0,
    padding: theme.spacing(0.5, 2),
    listStyle: 'none',
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
    fontSize: '0.875rem',
  },
  item: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.25, 1.5),
    padding: theme.spacing(0.75, 0),
  },
  muted: { color: theme.palette.text.secondary },
}));

/** Stages, Freight and Promotions that are called what was searched for, in all projects. */
export function FoundInPipelines({ text }: { text: string }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const api = useApi(kargoApiRef);
  const { data } = useQuery({
    queryKey: kargoKeys.search(text),
    queryFn: ({ signal }) => api.search({ text }, { signal }),
    enabled: text !== '',
  });
  if (!data || (data.items.length === 0 && !data.isCut)) {
    return null;
  }
  return (
    <Section title={t('search.title')}>
      {data.items.length > 0 && (
        <ul className={classes.list}>
          {data.items.map(item => (
            <li
              key={`${item.kind} ${item.project} ${item.name}`}
              className={classes.item}
            >
              <span className={classes.muted}>{t(`search.${item.kind}`)}</span>
              <Link component={RouterLink} to={pathTo(item)}>
                {nameOf(item)}
              </Link>
              <span className={classes.muted}>
                {t('search.in', { project: item.project })}
              </span>
            </li>
          ))}
        </ul>
      )}
      {data.isCut && (
        <Typography variant="body2" color="textSecondary">
          {t('search.cut')}
        </Typography>
      )}
    </Section>
  );
}

function nameOf({ name, alias, versions = [] }: FoundItem): string {
  const called = alias ?? name;
  return versions.length > 0 ? `${versions.join(', ')} (${called})` : called;
}

function pathTo({ kind, project, name }: FoundItem): string {
  const base = `projects/${encodeURIComponent(project)}`;
  const own = encodeURIComponent(name);
  switch (kind) {
    case 'Stage':
      return `${base}?stage=${own}`;
    case 'Freight':
      return `${base}?freight=${own}`;
    default:
      return `${base}/promotions/${own}`;
  }
}
