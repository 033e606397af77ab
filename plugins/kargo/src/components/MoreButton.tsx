import { makeStyles } from '@material-ui/core/styles';
import Popover from '@material-ui/core/Popover';
import { MouseEvent, ReactNode, useState } from 'react';

const useStyles = makeStyles(theme => ({
  button: {
    // Above what makes a whole card one control.
    position: 'relative',
    zIndex: 1,
    // As high as a finger needs, in a line that is not.
    minWidth: 24,
    minHeight: 24,
    margin: '-2px 0',
    padding: 0,
    border: 0,
    borderRadius: theme.shape.borderRadius,
    background: 'none',
    color: 'inherit',
    font: 'inherit',
    textAlign: 'left',
    textDecoration: 'underline dotted',
    textUnderlineOffset: 3,
    cursor: 'pointer',
    maxWidth: '100%',
    overflowWrap: 'anywhere',
    '&:focus-visible': {
      outline: `2px solid ${theme.palette.primary.main}`,
    },
  },
  more: {
    maxWidth: 'min(480px, 90vw)',
    padding: theme.spacing(1.5),
    fontSize: '0.8125rem',
    overflowWrap: 'anywhere',
    whiteSpace: 'pre-line',
  },
}));

/**
 * A short text, and what it is short for: a pointer shows it by staying there, and everybody
 * opens it.
 */
export function MoreButton(props: {
  /** What there is room for. */
  text: string;
  /** The whole, in words. */
  whole: string;
  /** The whole as it is drawn, unless it is just words. */
  children?: ReactNode;
  className?: string;
  tabIndex?: number;
}) {
  const classes = useStyles();
  const { text, whole, children = whole, className = '', tabIndex = 0 } = props;
  const [anchor, setAnchor] = useState<HTMLElement>();
  const open = (event: MouseEvent<HTMLElement>) => {
    event.stopPropagation();
    setAnchor(event.currentTarget);
  };
  return (
    <>
      <button
        type="button"
        // The graph takes the pointer from everything else.
        className={`${classes.button} ${className} nodrag`}
        title={whole}
        tabIndex={tabIndex}
        aria-haspopup="dialog"
        onClick={open}
      >
        {text}
      </button>
      <Popover
        open={anchor !== undefined}
        anchorEl={anchor}
        onClose={() => setAnchor(undefined)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        PaperProps={{ role: 'dialog', 'aria-label': text, tabIndex: -1 }}
      >
        <div className={classes.more}>{children}</div>
      </Popover>
    </>
  );
}
