import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { Link as RouterLink } from 'react-router-dom';
import { useKargoLinks } from '../components/KargoLinks';
import { RowHeader } from '../components/RowHeader';
import { PullRequestLink, WaitingText } from '../components/StageMarks';
import { HoldLabel, StageStateLabel } from '../components/StateLabels';
import { VersionChips } from '../components/VersionChips';
import { OverviewRow } from '../overview/overviewModel';
import { DriftText } from '../overview/DriftText';
import { kargoTranslationRef } from '../translation';
import { SystemMatrix } from './systemMatrix';

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
  component: {
    position: 'sticky',
    left: 0,
    backgroundColor: theme.palette.background.paper,
    fontWeight: 600,
    verticalAlign: 'top',
    // A phone scrolls through the environments, rather than break names into letters.
    minWidth: 160,
    overflowWrap: 'normal',
  },
  cell: { verticalAlign: 'top', minWidth: 150 },
  stage: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.5),
    fontSize: '0.8125rem',
    '& + &': { marginTop: theme.spacing(1.5) },
  },
  muted: { color: theme.palette.text.secondary },
}));

/** Components in rows, environments in columns; a cell tells version, state and drift. */
export function SystemTable(props: { matrix: SystemMatrix }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { environments, rows } = props.matrix;
  return (
    <TableContainer className={classes.container}>
      <Table size="small" aria-label={t('systemPage.caption')}>
        <TableHead>
          <TableRow>
            <TableCell className={classes.component}>
              {t('systemPage.component')}
            </TableCell>
            {environments.map(name => (
              <TableCell key={name}>{name}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map(({ component, cells }) => (
            <TableRow key={component.entityRef}>
              <RowHeader className={classes.component}>
                <EntityRefLink
                  entityRef={component.entityRef}
                  defaultKind="component"
                />
              </RowHeader>
              {environments.map(name => (
                <TableCell key={name} className={classes.cell}>
                  {(cells[name] ?? []).map(row => (
                    <StageCell
                      key={row.view.name}
                      project={component.scope.project}
                      row={row}
                    />
                  ))}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function StageCell(props: { project: string; row: OverviewRow }) {
  const classes = useStyles();
  const { project } = useKargoLinks();
  const { view, drift } = props.row;
  return (
    <div className={classes.stage}>
      {view.holds.map(held => (
        <VersionChips key={held.origin} artifacts={held.artifacts} max={2} />
      ))}
      <StageStateLabel state={view.state} verification={view.verification} />
      {view.automation === 'held' && <HoldLabel />}
      <PullRequestLink pullRequest={view.wait?.pullRequest} />
      {drift && view.holds.length > 0 && <DriftText drift={drift} />}
      <WaitingText reason={view.waitsFor} className={classes.muted} />
      {project && (
        <Link
          component={RouterLink}
          to={`${project(props.project)}?stage=${encodeURIComponent(
            view.name,
          )}`}
        >
          {view.name}
        </Link>
      )}
    </div>
  );
}
