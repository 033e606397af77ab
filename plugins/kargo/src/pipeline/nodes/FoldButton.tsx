import { makeStyles } from '@material-ui/core/styles';
import AddIcon from '@material-ui/icons/Add';
import RemoveIcon from '@material-ui/icons/Remove';
import { RestState } from '../graphModel';

/** As large as a finger needs. */
const SIZE = 24;
/** How far it stands out: less than half of it is over the card, whose text begins there. */
const OUTSIDE = 15;

const useStyles = makeStyles(theme => ({
  button: {
    position: 'absolute',
    top: `calc(50% - ${SIZE / 2}px)`,
    zIndex: 1,
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    width: SIZE,
    height: SIZE,
    padding: 0,
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: '50%',
    backgroundColor: theme.palette.background.paper,
    color: theme.palette.text.secondary,
    cursor: 'pointer',
    // The library takes the pointer from nodes that cannot be selected or dragged.
    pointerEvents: 'all',
    '&:hover': { color: theme.palette.text.primary },
    '&:focus-visible': {
      outline: `2px solid ${theme.palette.primary.main}`,
      outlineOffset: 1,
    },
    '& svg': { fontSize: '1rem' },
  },
  left: { left: -OUTSIDE },
  right: { right: -OUTSIDE },
}));

/** Hides or shows what stands before or behind a node. */
export function FoldButton(props: {
  side: 'left' | 'right';
  rest: RestState;
  /** What is hidden or shown. */
  label: string;
  onClick: () => void;
}) {
  const classes = useStyles();
  const isShown = props.rest === 'shown';
  const Icon = isShown ? RemoveIcon : AddIcon;
  return (
    <button
      type="button"
      className={`${classes.button} ${classes[props.side]} nodrag nopan`}
      onClick={props.onClick}
      aria-label={props.label}
      aria-expanded={isShown}
      title={props.label}
    >
      <Icon aria-hidden />
    </button>
  );
}
