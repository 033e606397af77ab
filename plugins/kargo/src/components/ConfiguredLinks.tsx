import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import { Resource } from 'backstage-plugin-kargo-common';
import { LinkedKind, useConfiguredLinks } from '../queries/useConfiguredLinks';
import { kargoTranslationRef } from '../translation';
import { Section } from './Section';

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none', fontSize: '0.875rem' },
  item: { padding: theme.spacing(0.25, 0), overflowWrap: 'anywhere' },
  muted: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
}));

/** The links that configuration declares, and why others are missing; nothing without any. */
export function ConfiguredLinks(props: {
  project: string;
  kind: LinkedKind;
  resource: Resource;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { links = [], errors = [] } =
    useConfiguredLinks(props.project, props.kind, props.resource.metadata) ??
    {};
  if (links.length + errors.length === 0) {
    return null;
  }
  return (
    <Section title={t('links.title')}>
      <ul className={classes.list}>
        {links.map(({ title, url, description }) => (
          <li key={`${title} ${url}`} className={classes.item}>
            <Link href={url} target="_blank" rel="noopener">
              {title}
            </Link>
            {description && <div className={classes.muted}>{description}</div>}
          </li>
        ))}
        {errors.map(error => (
          <li key={error} className={`${classes.item} ${classes.muted}`}>
            {t('links.failed', { why: error })}
          </li>
        ))}
      </ul>
    </Section>
  );
}
