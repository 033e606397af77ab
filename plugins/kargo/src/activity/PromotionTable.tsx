import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { Freight, Promotion } from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { MoreButton } from '../components/MoreButton';
import { Person } from '../components/Person';
import { formatElapsed, RelativeTime } from '../components/RelativeTime';
import { RowHeader } from '../components/RowHeader';
import { PromotionPhaseLabel } from '../components/StateLabels';
import { StatusLabel } from '../components/StatusLabel';
import { useLocale } from '../components/useLocale';
import { useNow } from '../components/useNow';
import {
  elapsedMs,
  isAutomatic,
  promotedFreightName,
  promotionActor,
  promotionLinks,
  pushedCommits,
} from '../promotion/promotionModel';
import { StepLinks } from '../promotion/StepList';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
  // On a phone it scrolls, rather than break words into letters.
  table: {
    minWidth: 720,
    '& thead th': { whiteSpace: 'nowrap' },
    '& td, & th': { overflowWrap: 'normal', wordBreak: 'normal' },
  },
  // In one line, unless it is a long one.
  freight: {
    display: 'block',
    width: 'max-content',
    maxWidth: 260,
    overflowWrap: 'anywhere',
  },
  commit: { display: 'block' },
  state: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(0.25, 1),
  },
}));

/** Promotions, one per row: what went where, by whom, and how it ended. */
export function PromotionTable(props: {
  /** Newest first. */
  promotions: readonly Promotion[];
  /** The Freight of the project, as far as it is known, by name. */
  freight: ReadonlyMap<string, Freight>;
  /** Names of those that took a Stage back. */
  rollbacks: ReadonlySet<string>;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { promotions, freight, rollbacks } = props;
  return (
    <TableContainer className={classes.container}>
      <Table
        size="small"
        className={classes.table}
        aria-label={t('stage.promotions')}
      >
        <TableHead>
          <TableRow>
            <TableCell>{t('promotion.freight')}</TableCell>
            <TableCell>{t('table.stage')}</TableCell>
            <TableCell>{t('table.state')}</TableCell>
            <TableCell>{t('promotion.startedBy')}</TableCell>
            <TableCell>{t('promotion.created')}</TableCell>
            <TableCell>{t('promotion.duration')}</TableCell>
            <TableCell>{t('promotion.links')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {promotions.map(promotion => (
            <PromotionRow
              key={promotion.metadata.name}
              promotion={promotion}
              alias={freight.get(promotion.spec.freight ?? '')?.alias}
              isRollback={rollbacks.has(promotion.metadata.name)}
            />
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function PromotionRow(props: {
  promotion: Promotion;
  alias: string | undefined;
  isRollback: boolean;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { metadata, spec, status } = props.promotion;
  const now = useNow(10_000);
  const locale = useLocale();
  const took = elapsedMs(status?.startedAt, status?.finishedAt, now);
  return (
    <TableRow hover>
      <RowHeader>
        <Link
          component={RouterLink}
          className={classes.freight}
          to={`../promotions/${encodeURIComponent(metadata.name)}`}
          relative="path"
        >
          {promotedFreightName(props.promotion, props.alias)}
        </Link>
      </RowHeader>
      <TableCell>{spec.stage}</TableCell>
      <TableCell>
        <div className={classes.state}>
          <PromotionPhaseLabel phase={status?.phase} />
          {props.isRollback && (
            <StatusLabel tone="warning">{t('activity.rollback')}</StatusLabel>
          )}
        </div>
      </TableCell>
      <TableCell>
        {isAutomatic(props.promotion) ? (
          t('common.automation')
        ) : (
          <Person name={promotionActor(props.promotion) ?? ''} />
        )}
      </TableCell>
      <TableCell>
        <RelativeTime time={metadata.creationTimestamp} />
      </TableCell>
      <TableCell>{took !== undefined && formatElapsed(took, locale)}</TableCell>
      <TableCell>
        <StepLinks links={promotionLinks(props.promotion)} />
        {pushedCommits(props.promotion).map(commit => (
          <MoreButton
            key={commit}
            className={classes.commit}
            text={commit.slice(0, 7)}
            whole={commit}
          />
        ))}
      </TableCell>
    </TableRow>
  );
}
