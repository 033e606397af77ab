import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import Table from '@material-ui/core/Table';
import TableBody from '@material-ui/core/TableBody';
import TableCell from '@material-ui/core/TableCell';
import TableContainer from '@material-ui/core/TableContainer';
import TableHead from '@material-ui/core/TableHead';
import TableRow from '@material-ui/core/TableRow';
import Typography from '@material-ui/core/Typography';
import { ReactNode } from 'react';
import { kargoTranslationRef } from '../translation';
import { RowHeader } from '../components/RowHeader';
import { scroller } from '../components/scroller';

const useStyles = makeStyles(theme => ({
  container: {
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
  },
  table: { minWidth: 320 },
  wideTable: { minWidth: 640 },
  // On a phone the table scrolls, rather than break words into letters.
  name: { fontWeight: 600, minWidth: 120, overflowWrap: 'anywhere' },
  head: { whiteSpace: 'nowrap' },
  cell: { minWidth: 120, overflowWrap: 'anywhere' },
  longCell: { minWidth: 160, overflowWrap: 'anywhere' },
  actions: {
    display: 'flex',
    justifyContent: 'flex-end',
    gap: theme.spacing(0.5),
  },
}));

/** A column beside the name. */
export interface SettingsColumn<T> {
  title: string;
  cell: (item: T) => ReactNode;
  /** Whether there are addresses in it, which are not to be broken into letters. */
  isLong?: boolean;
}

/**
 * Named things, one per row: their name, what tells them apart, and what can be done; or that
 * there are none.
 */
export function SettingsTable<T extends { metadata: { name: string } }>(props: {
  caption: string;
  items: T[];
  columns: SettingsColumn<T>[];
  actions?: (item: T) => ReactNode;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { items, columns, actions } = props;
  if (items.length === 0) {
    return <Typography variant="body2">{t('settings.noneYet')}</Typography>;
  }
  return (
    <TableContainer
      className={classes.container}
      {...(!props.actions && scroller(props.caption))}
    >
      <Table
        size="small"
        className={columns.length > 1 ? classes.wideTable : classes.table}
        aria-label={props.caption}
      >
        <TableHead>
          <TableRow>
            <TableCell className={classes.head}>{t('table.name')}</TableCell>
            {columns.map(({ title }) => (
              <TableCell key={title} className={classes.head}>
                {title}
              </TableCell>
            ))}
            {actions && (
              <TableCell align="right">{t('table.actions')}</TableCell>
            )}
          </TableRow>
        </TableHead>
        <TableBody>
          {items.map(item => (
            <TableRow key={item.metadata.name}>
              <RowHeader className={classes.name}>
                {item.metadata.name}
              </RowHeader>
              {columns.map(({ title, cell, isLong }) => (
                <TableCell
                  key={title}
                  className={isLong ? classes.longCell : classes.cell}
                >
                  {cell(item)}
                </TableCell>
              ))}
              {actions && (
                <TableCell>
                  <div className={classes.actions}>{actions(item)}</div>
                </TableCell>
              )}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
