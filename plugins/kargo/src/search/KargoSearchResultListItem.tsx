import { useTranslationRef } from '@backstage/frontend-plugin-api';
import type {
  ResultHighlight,
  SearchDocument,
} from '@backstage/plugin-search-common';
import { HighlightedSearchResultText } from '@backstage/plugin-search-react';
import Chip from '@material-ui/core/Chip';
import Link from '@material-ui/core/Link';
import ListItemIcon from '@material-ui/core/ListItemIcon';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { KargoSearchDocument } from 'backstage-plugin-kargo-common';
import { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  item: { display: 'flex', width: '100%' },
  content: { minWidth: 0, overflowWrap: 'anywhere' },
  title: { display: 'flex', flexWrap: 'wrap', columnGap: theme.spacing(1) },
  text: {
    display: '-webkit-box',
    WebkitBoxOrient: 'vertical',
    overflow: 'hidden',
  },
}));

/** What the portal's search draws a result with; of others, such as sizes, it says more. */
export interface KargoSearchResultListItemProps {
  result?: SearchDocument & Partial<KargoSearchDocument>;
  highlight?: ResultHighlight;
  icon?: ReactNode;
  /** Lines of the text; 3 unless told. */
  lineClamp?: number;
}

/** A project, Stage, Warehouse or piece of Freight that the portal's search found. */
export function KargoSearchResultListItem(
  props: KargoSearchResultListItemProps,
) {
  const { result, highlight, icon, lineClamp = 3 } = props;
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  if (!result) {
    return null;
  }
  return (
    <div className={classes.item}>
      {icon && <ListItemIcon>{icon}</ListItemIcon>}
      <div className={classes.content}>
        <Typography variant="h6" component="div" className={classes.title}>
          <Link component={RouterLink} to={result.location}>
            <Highlighted field="title" result={result} highlight={highlight} />
          </Link>
          {result.kind && (
            <Chip size="small" label={t(`search.${result.kind}`)} />
          )}
        </Typography>
        <Typography
          variant="body2"
          className={classes.text}
          style={{ WebkitLineClamp: lineClamp }}
        >
          <Highlighted field="text" result={result} highlight={highlight} />
        </Typography>
      </div>
    </div>
  );
}

/** A text with what was searched for in it, if the search says where that is. */
function Highlighted(props: {
  field: 'title' | 'text';
  result: SearchDocument;
  highlight: ResultHighlight | undefined;
}) {
  const { field, result, highlight } = props;
  const text = highlight?.fields[field];
  return highlight && text ? (
    <HighlightedSearchResultText
      text={text}
      preTag={highlight.preTag}
      postTag={highlight.postTag}
    />
  ) : (
    <>{result[field]}</>
  );
}
