import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { ANNOTATIONS, Project } from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { StatusLabel } from '../components/StatusLabel';
import { kargoTranslationRef } from '../translation';

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
  cell: {
    padding: theme.spacing(1.25, 2),
    [theme.breakpoints.down('xs')]: { padding: theme.spacing(1.25, 1.5) },
  },
  name: { fontWeight: 600, overflowWrap: 'anywhere' },
  short: { whiteSpace: 'nowrap' },
  warehouses: { [theme.breakpoints.down('xs')]: { display: 'none' } },
  // Below the name where there is no room for a column.
  descriptionColumn: {
    overflowWrap: 'normal',
    [theme.breakpoints.down('sm')]: { display: 'none' },
  },
  descriptionBelow: {
    marginTop: theme.spacing(0.5),
    color: theme.palette.text.secondary,
    fontSize: '0.8125rem',
    fontWeight: 'normal',
    overflowWrap: 'normal',
    [theme.breakpoints.up('md')]: { display: 'none' },
  },
}));

/** Projects, one per row. */
export function ProjectTable(props: { projects: Project[] }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  return (
    <TableContainer className={classes.container}>
      <Table size="small" aria-label={t('projects.caption')}>
        <TableHead>
          <TableRow>
            <TableCell className={classes.cell}>{t('table.name')}</TableCell>
            <TableCell className={classes.cell}>{t('table.stages')}</TableCell>
            <TableCell className={`${classes.cell} ${classes.warehouses}`}>
              {t('table.warehouses')}
            </TableCell>
            <TableCell
              className={`${classes.cell} ${classes.descriptionColumn}`}
            >
              {t('table.description')}
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {props.projects.map(({ metadata, status }) => (
            <TableRow key={metadata.name} hover>
              <TableCell className={classes.cell} component="th" scope="row">
                <Link
                  className={classes.name}
                  component={RouterLink}
                  to={`projects/${encodeURIComponent(metadata.name)}`}
                >
                  {metadata.name}
                </Link>
                <div className={classes.descriptionBelow}>
                  {metadata.annotations?.[ANNOTATIONS.description]}
                </div>
              </TableCell>
              <TableCell className={`${classes.cell} ${classes.short}`}>
                <HealthCount stats={status?.stats?.stages} />
              </TableCell>
              <TableCell
                className={`${classes.cell} ${classes.short} ${classes.warehouses}`}
              >
                <HealthCount stats={status?.stats?.warehouses} />
              </TableCell>
              <TableCell
                className={`${classes.cell} ${classes.descriptionColumn}`}
              >
                {metadata.annotations?.[ANNOTATIONS.description]}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function HealthCount(props: {
  stats: { count: number; health: { healthy: number } } | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stats } = props;
  if (!stats) {
    return <StatusLabel tone="neutral">{t('projects.noStats')}</StatusLabel>;
  }
  const { count, health } = stats;
  if (count === 0) {
    return <StatusLabel tone="neutral">{t('common.none')}</StatusLabel>;
  }
  return (
    <StatusLabel tone={health.healthy === count ? 'ok' : 'warning'}>
      {t('projects.healthy', {
        healthy: String(health.healthy),
        total: String(count),
      })}
    </StatusLabel>
  );
}
