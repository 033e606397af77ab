import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { RowHeader } from '../components/RowHeader';
import { scroller } from '../components/scroller';
import { Section } from '../components/Section';
import { StatusLabel } from '../components/StatusLabel';
import { useBeginning } from '../components/useBeginning';
import { kargoTranslationRef } from '../translation';
import { usedRows, VersionMatrix } from './versionMatrix';

const PAGE = 20;

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
  table: { width: 'auto', minWidth: '100%' },
  // The version stays in sight while the Stages scroll.
  version: {
    position: 'sticky',
    left: 0,
    fontWeight: 600,
    backgroundColor: theme.palette.background.paper,
  },
  // A long one leaves room to see the Stages beside it.
  name: {
    display: 'block',
    width: 'max-content',
    maxWidth: 'min(400px, 32vw)',
    overflowWrap: 'anywhere',
  },
  cell: { whiteSpace: 'nowrap' },
  before: { color: theme.palette.text.secondary, fontSize: '0.8125rem' },
}));

/** Versions of one artifact in rows, Stages in columns. */
export function VersionMatrixTable(props: {
  matrix: VersionMatrix;
  /** Also versions that no Stage has held. */
  showsAll: boolean;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { matrix, showsAll } = props;
  const rows = showsAll ? matrix.rows : usedRows(matrix);
  const { shown, more } = useBeginning(rows, PAGE);
  return (
    <Section title={matrix.source}>
      {rows.length === 0 ? (
        <Typography variant="body2">{t('matrix.nowhere')}</Typography>
      ) : (
        <TableContainer
          className={classes.container}
          {...scroller(matrix.source)}
        >
          <Table
            size="small"
            className={classes.table}
            aria-label={t('matrix.caption', { source: matrix.source })}
          >
            <TableHead>
              <TableRow>
                <TableCell className={classes.version}>
                  <span className={classes.name}>{t('matrix.version')}</span>
                </TableCell>
                {matrix.stages.map(stage => (
                  <TableCell key={stage} className={classes.cell}>
                    {stage}
                  </TableCell>
                ))}
              </TableRow>
            </TableHead>
            <TableBody>
              {shown.map(({ revision, version, stages }) => (
                <TableRow key={revision} hover>
                  <RowHeader className={classes.version} title={revision}>
                    <span className={classes.name}>{version}</span>
                  </RowHeader>
                  {matrix.stages.map(stage => (
                    <TableCell key={stage} className={classes.cell}>
                      <Place stepsBack={stages[stage]} />
                    </TableCell>
                  ))}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </TableContainer>
      )}
      {more}
    </Section>
  );
}

function Place(props: { stepsBack: number | undefined }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { stepsBack } = props;
  if (stepsBack === undefined) {
    return null;
  }
  return stepsBack === 0 ? (
    <StatusLabel tone="ok">{t('matrix.now')}</StatusLabel>
  ) : (
    <span className={classes.before}>
      {t('matrix.before', { count: stepsBack })}
    </span>
  );
}
