import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLinks } from '@backstage/plugin-catalog-react';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { ANNOTATIONS, Project } from 'backstage-plugin-kargo-common';
import { Fragment } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { RowHeader } from '../components/RowHeader';
import { kargoTranslationRef } from '../translation';
import { HealthCount, LastPromotion, Waits } from './ProjectCells';
import { ProjectRow, useProjectRows } from './useProjectRows';

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
    '& thead th': { whiteSpace: 'nowrap' },
  },
  cell: {
    padding: theme.spacing(1.25, 2),
    [theme.breakpoints.down('xs')]: { padding: theme.spacing(1.25, 1.5) },
  },
  name: { fontWeight: 600, overflowWrap: 'anywhere' },
  short: { whiteSpace: 'nowrap' },
  // Names of Projects and Stages share what there is: neither leaves the other a letter a line.
  named: { [theme.breakpoints.up('sm')]: { minWidth: 180 } },
  last: { minWidth: 140, wordBreak: 'normal', overflowWrap: 'anywhere' },
  // What a narrow screen leaves out is one tap away, on the project's page.
  wide: { [theme.breakpoints.down('sm')]: { display: 'none' } },
  // Below the health where there is no room for a column.
  waitsBelow: {
    marginTop: theme.spacing(0.5),
    whiteSpace: 'normal',
    [theme.breakpoints.up('sm')]: { display: 'none' },
  },
  medium: {
    // The portal's tables break words anywhere.
    wordBreak: 'normal',
    [theme.breakpoints.down('xs')]: { display: 'none' },
  },
  description: {
    marginTop: theme.spacing(0.5),
    color: theme.palette.text.secondary,
    fontSize: '0.8125rem',
    fontWeight: 'normal',
    overflowWrap: 'normal',
  },
  group: {
    paddingTop: theme.spacing(0.75),
    paddingBottom: theme.spacing(0.75),
    color: theme.palette.text.secondary,
    fontSize: '0.75rem',
    fontWeight: 600,
    backgroundColor: theme.palette.background.default,
  },
}));

/** Projects, one per row, those of the viewer first. */
export function ProjectTable(props: {
  projects: Project[];
  /** How many of them are the viewer's. */
  mine: number;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { projects, mine } = props;
  const rows = useProjectRows(projects);
  return (
    <TableContainer className={classes.container}>
      <Table size="small" aria-label={t('projects.caption')}>
        <TableHead>
          <TableRow>
            <TableCell className={classes.cell}>{t('table.name')}</TableCell>
            <TableCell className={`${classes.cell} ${classes.medium}`}>
              {t('projects.owner')}
            </TableCell>
            <TableCell className={classes.cell}>{t('table.stages')}</TableCell>
            <TableCell className={`${classes.cell} ${classes.medium}`}>
              {t('projects.waits')}
            </TableCell>
            <TableCell className={`${classes.cell} ${classes.wide}`}>
              {t('projects.lastPromotion')}
            </TableCell>
            <TableCell className={`${classes.cell} ${classes.wide}`}>
              {t('table.warehouses')}
            </TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row, index) => (
            <Fragment key={row.project.metadata.name}>
              {mine > 0 && index === 0 && <Group title={t('projects.yours')} />}
              {mine > 0 && index === mine && (
                <Group title={t('projects.others')} />
              )}
              <Row row={row} />
            </Fragment>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

/** From one look at the Stages where there was one: the Project itself is counted later. */
function stageStats({ project, summary }: ProjectRow) {
  return summary
    ? {
        count: summary.stages.count,
        health: { healthy: summary.stages.healthy },
      }
    : project.status?.stats?.stages;
}

function Group(props: { title: string }) {
  const classes = useStyles();
  return (
    <TableRow>
      <RowHeader
        className={`${classes.cell} ${classes.group}`}
        scope="rowgroup"
        colSpan={6}
      >
        {props.title}
      </RowHeader>
    </TableRow>
  );
}

function Row(props: { row: ProjectRow }) {
  const classes = useStyles();
  const { project, owners, summary } = props.row;
  const { metadata, status } = project;
  const cell = (...names: string[]) => [classes.cell, ...names].join(' ');
  return (
    <TableRow hover>
      <RowHeader className={cell(classes.named)}>
        <Link
          className={classes.name}
          component={RouterLink}
          to={`projects/${encodeURIComponent(metadata.name)}`}
        >
          {metadata.name}
        </Link>
        <div className={classes.description}>
          {metadata.annotations?.[ANNOTATIONS.description]}
        </div>
      </RowHeader>
      <TableCell className={cell(classes.medium)}>
        {owners.length > 0 && <EntityRefLinks entityRefs={owners} />}
      </TableCell>
      <TableCell className={cell(classes.short)}>
        <HealthCount
          stats={stageStats(props.row)}
          empty={summary?.stages.empty}
          failing={summary?.stages.failing}
          passThrough={summary?.stages.passThrough}
        />
        <div className={classes.waitsBelow}>
          {summary && <Waits summary={summary} />}
        </div>
      </TableCell>
      <TableCell className={cell(classes.medium)}>
        {summary && <Waits summary={summary} />}
      </TableCell>
      <TableCell className={cell(classes.last, classes.wide)}>
        {summary?.lastPromotion && (
          <LastPromotion project={metadata.name} last={summary.lastPromotion} />
        )}
      </TableCell>
      <TableCell className={cell(classes.short, classes.wide)}>
        <HealthCount stats={status?.stats?.warehouses} empty={0} />
      </TableCell>
    </TableRow>
  );
}
