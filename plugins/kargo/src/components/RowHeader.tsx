import TableCell, { TableCellProps } from '@material-ui/core/TableCell';

/** Names the row, or with `scope` the rows, that follow; Material UI calls it a cell of them. */
export function RowHeader(props: TableCellProps) {
  return <TableCell component="th" role="rowheader" scope="row" {...props} />;
}
