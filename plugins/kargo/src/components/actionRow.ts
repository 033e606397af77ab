import { Theme } from '@material-ui/core/styles';

/** Buttons in a row, for `makeStyles`; one that names a step may be wider than a phone. */
export const actionRow = (theme: Theme) =>
  ({
    display: 'flex',
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    marginTop: theme.spacing(1),
    '& .MuiButton-root': { whiteSpace: 'normal' },
    '& .MuiButton-label': { overflowWrap: 'anywhere' },
  } as const);
