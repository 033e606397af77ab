import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Drawer from '@material-ui/core/Drawer';
import IconButton from '@material-ui/core/IconButton';
import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import CloseIcon from '@material-ui/icons/Close';
import { ReactNode, useId } from 'react';
import { kargoTranslationRef } from '../translation';
import { actionRow } from './actionRow';
import { SystemBanner } from './SystemBanner';
import { useReducedMotion } from './useReducedMotion';

const useStyles = makeStyles(theme => ({
  paper: {
    width: 'min(680px, 100vw)',
    backgroundColor: theme.palette.background.paper,
    backgroundImage: 'none',
  },
  header: {
    position: 'sticky',
    top: 0,
    zIndex: 1,
    display: 'flex',
    alignItems: 'flex-start',
    gap: theme.spacing(1),
    padding: theme.spacing(2, 2, 1.5, 3),
    backgroundColor: theme.palette.background.paper,
    borderBottom: `1px solid ${theme.palette.divider}`,
  },
  titles: { flex: 1, minWidth: 0, overflowWrap: 'anywhere' },
  actions: { ...actionRow(theme), alignItems: 'center' },
  body: { padding: theme.spacing(1, 3, 4) },
}));

/** Details beside what they belong to. */
export function DetailDrawer(props: {
  isOpen: boolean;
  onClose: () => void;
  /** What kind of thing it is, above the title. */
  kind: string;
  title: string;
  subtitle?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const titleId = useId();
  const isReduced = useReducedMotion();
  return (
    <Drawer
      anchor="right"
      open={props.isOpen}
      onClose={props.onClose}
      classes={{ paper: classes.paper }}
      {...(isReduced && { transitionDuration: 0 })}
      PaperProps={
        {
          role: 'dialog',
          'aria-modal': true,
          'aria-labelledby': titleId,
        } as object
      }
    >
      <header className={classes.header}>
        <div className={classes.titles}>
          <Typography variant="caption" color="textSecondary">
            {props.kind}
          </Typography>
          <Typography variant="h5" component="h2" id={titleId} gutterBottom>
            {props.title}
          </Typography>
          {props.subtitle}
          {props.actions && (
            <div className={classes.actions}>{props.actions}</div>
          )}
        </div>
        <IconButton
          onClick={props.onClose}
          aria-label={t('common.close')}
          size="small"
        >
          <CloseIcon />
        </IconButton>
      </header>
      {/* It hides the page that says so, from readers at least. */}
      <SystemBanner isInDialog />
      <div className={classes.body}>{props.children}</div>
    </Drawer>
  );
}
