import DialogActions from '@material-ui/core/DialogActions';
import { makeStyles } from '@material-ui/core/styles';
import { ReactNode } from 'react';
import { SystemBanner } from './SystemBanner';

const useStyles = makeStyles(theme => ({
  // In line with what stands above.
  foot: {
    flexWrap: 'wrap',
    gap: theme.spacing(1),
    padding: theme.spacing(1.5, 3),
    borderTop: `1px solid ${theme.palette.divider}`,
    [theme.breakpoints.down('xs')]: { padding: theme.spacing(1.5, 2) },
    // A button that names a Stage may be wider than a phone.
    '& .MuiButton-label': { whiteSpace: 'normal', overflowWrap: 'anywhere' },
  },
  status: {
    flex: 1,
    minWidth: 200,
    fontSize: '0.8125rem',
    color: theme.palette.text.secondary,
    '&:empty': { minWidth: 0 },
  },
}));

/**
 * The end of a dialog: what becomes of the choice so far, and what may be done. What keeps the
 * portal from doing it stands there, too, because the dialog hides the page that says so.
 */
export function DialogFoot(props: { status: ReactNode; children: ReactNode }) {
  const classes = useStyles();
  return (
    <>
      <SystemBanner isInDialog />
      <DialogActions className={classes.foot}>
        <span className={classes.status} role="status">
          {props.status}
        </span>
        {props.children}
      </DialogActions>
    </>
  );
}
