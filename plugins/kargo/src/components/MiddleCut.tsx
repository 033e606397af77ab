import { makeStyles } from '@material-ui/core/styles';

const useStyles = makeStyles({
  root: { display: 'flex', minWidth: 0, maxWidth: '100%' },
  head: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'pre' },
  tail: { flexShrink: 0, whiteSpace: 'pre' },
});

/** Shorter names fit everywhere. */
const SHORTEST_CUT = 16;
const LONGEST_TAIL = 12;

/** Where a text may be cut: names that begin alike differ at their end. */
export function splitForCut(text: string): [head: string, tail: string] {
  if (text.length <= SHORTEST_CUT) {
    return [text, ''];
  }
  const length = Math.min(LONGEST_TAIL, Math.floor(text.length / 2));
  // At the beginning of a part of the name, where there is one nearby.
  const start = text.length - length;
  const dash = text.slice(start).search(/[-_.\s]/);
  const cut = dash >= 0 && dash <= length / 2 ? start + dash : start;
  return [text.slice(0, cut), text.slice(cut)];
}

/** A text that loses its middle, not its end, where there is too little room. */
export function MiddleCut(props: { text: string }) {
  const classes = useStyles();
  const [head, tail] = splitForCut(props.text);
  return tail ? (
    <span className={classes.root} title={props.text}>
      <span className={classes.head}>{head}</span>
      <span className={classes.tail}>{tail}</span>
    </span>
  ) : (
    <>{head}</>
  );
}
