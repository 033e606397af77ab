import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Link from '@material-ui/core/Link';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import { ProjectAccess } from 'backstage-plugin-kargo-common';
import { Link as RouterLink } from 'react-router-dom';
import { RelativeTime } from '../components/RelativeTime';
import { RowHeader } from '../components/RowHeader';
import {
  NewerText,
  PullRequestLink,
  WaitingText,
} from '../components/StageMarks';
import { HoldLabel, StageStateLabel } from '../components/StateLabels';
import { useBeginning } from '../components/useBeginning';
import { VersionChips } from '../components/VersionChips';
import { kargoTranslationRef } from '../translation';
import { StageView } from '../stage/stageModel';
import { withActors } from '../stage/whoActs';
import { DriftText } from './DriftText';
import { OverviewRow } from './overviewModel';

/** More Stages are for whoever asks: the card is one of many on its page. */
const PAGE = 25;

const useStyles = makeStyles(theme => ({
  cell: { padding: theme.spacing(0.75, 1.5), fontSize: '0.8125rem' },
  stage: { fontWeight: 600 },
  runs: { display: 'flex', flexDirection: 'column', gap: 2, minWidth: 110 },
  muted: { color: theme.palette.text.secondary, whiteSpace: 'nowrap' },
  waits: { color: theme.palette.text.secondary },
}));

/** One row per Stage: what runs there, since when, and how far behind it is. */
export function OverviewTable(props: {
  rows: OverviewRow[];
  pipelineLink: string | undefined;
  access: ProjectAccess | undefined;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { pipelineLink, access } = props;
  const { shown, more } = useBeginning(props.rows, PAGE);
  return (
    <TableContainer>
      <Table size="small" aria-label={t('overview.caption')}>
        <TableHead>
          <TableRow>
            <TableCell className={classes.cell}>{t('table.stage')}</TableCell>
            <TableCell className={classes.cell}>{t('table.runs')}</TableCell>
            <TableCell className={classes.cell}>{t('table.state')}</TableCell>
            <TableCell className={classes.cell}>{t('table.behind')}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {shown.map(({ view, drift }) => (
            <TableRow key={view.name}>
              <RowHeader className={classes.cell}>
                <span className={classes.stage}>
                  {pipelineLink ? (
                    <Link
                      component={RouterLink}
                      to={`${pipelineLink}?stage=${encodeURIComponent(
                        view.name,
                      )}`}
                    >
                      {view.name}
                    </Link>
                  ) : (
                    view.name
                  )}
                </span>
              </RowHeader>
              <TableCell className={classes.cell}>
                <span className={classes.runs}>
                  {view.holds.map(held => (
                    <span key={held.origin} className={classes.runs}>
                      <VersionChips artifacts={held.artifacts} max={2} />
                      {held.since && (
                        <span className={classes.muted}>
                          <RelativeTime time={held.since} />
                        </span>
                      )}
                    </span>
                  ))}
                </span>
              </TableCell>
              <TableCell className={classes.cell}>
                <span className={classes.runs}>
                  <StageStateLabel
                    state={view.state}
                    verification={view.verification}
                  />
                  {view.automation === 'held' && <HoldLabel />}
                  <PullRequestLink pullRequest={view.wait?.pullRequest} />
                </span>
              </TableCell>
              <TableCell className={classes.cell}>
                {drift && view.holds.length > 0 && <DriftText drift={drift} />}
                <NewerText newer={view.newer} className={classes.muted} />
                <WaitingText
                  reason={withActors(view, access).waitsFor}
                  className={classes.waits}
                />
                {pipelineLink && mayTake(view, access) && (
                  <Link
                    component={RouterLink}
                    to={`${pipelineLink}?promote=${encodeURIComponent(
                      view.name,
                    )}`}
                    aria-label={t('promote.actionTo', { stage: view.name })}
                  >
                    {t('promote.action')}
                  </Link>
                )}
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {more}
    </TableContainer>
  );
}

/** Whether there is something newer that the viewer could promote. */
function mayTake(view: StageView, access: ProjectAccess | undefined): boolean {
  return (
    view.newer.some(({ isAvailable }) => isAvailable) &&
    access?.stages[view.name]?.promote.allowed === true
  );
}
