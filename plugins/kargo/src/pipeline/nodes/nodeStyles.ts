import { makeStyles } from '@material-ui/core/styles';
import { cardControl } from '../../components/cardControl';

/** What the cards of the graph have in common. */
export const useNodeStyles = makeStyles(theme => ({
  card: {
    position: 'relative',
    display: 'flex',
    flexDirection: 'column',
    boxSizing: 'border-box',
    width: '100%',
    height: '100%',
    overflow: 'hidden',
    padding: theme.spacing(1, 1.25, 0.75, 1.75),
    border: `1px solid ${theme.palette.divider}`,
    borderRadius: 8,
    backgroundColor: theme.palette.background.paper,
    color: theme.palette.text.primary,
    fontSize: '0.8125rem',
    textAlign: 'left',
    cursor: 'pointer',
    // The library takes the pointer from nodes that cannot be selected or dragged.
    pointerEvents: 'all',
    transition: 'opacity 120ms, box-shadow 120ms',
    '&:hover': { boxShadow: theme.shadows[3] },
    '&:focus-within': { boxShadow: theme.shadows[3] },
  },
  dimmed: { opacity: 0.35 },
  /** While Freight is held above. */
  target: {
    boxShadow: `inset 0 0 0 2px ${theme.palette.primary.main}`,
    '&:hover': { boxShadow: `inset 0 0 0 2px ${theme.palette.primary.main}` },
  },
  bars: {
    position: 'absolute',
    top: 0,
    bottom: 0,
    left: 0,
    width: 5,
    display: 'flex',
    flexDirection: 'column',
    '& > span': { flex: 1 },
  },
  title: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(0.75),
    minHeight: 26,
  },
  name: {
    ...cardControl(theme),
    flex: 1,
    minWidth: 0,
    fontSize: '0.9375rem',
    color: 'inherit',
  },
  above: { position: 'relative', zIndex: 1, flexShrink: 0 },
  muted: {
    color: theme.palette.text.secondary,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  twoLines: {
    color: theme.palette.text.secondary,
    overflow: 'hidden',
    overflowWrap: 'anywhere',
    display: '-webkit-box',
    WebkitBoxOrient: 'vertical',
    WebkitLineClamp: 2,
    lineHeight: 1.3,
  },
  row: {
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    minWidth: 0,
  },
  strong: {
    fontWeight: 600,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  /** What does not fit beside goes below, so that no word is cut. */
  states: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    columnGap: theme.spacing(1),
    minWidth: 0,
    marginTop: 'auto',
  },
  freight: {
    display: 'flex',
    flexDirection: 'column',
    gap: theme.spacing(0.5),
    minWidth: 0,
  },
  icon: { fontSize: '1rem', color: theme.palette.text.secondary },
  handle: { visibility: 'hidden' },
}));
