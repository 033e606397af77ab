import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { scroller } from '../components/scroller';
import { manifestYaml } from '../manifest/manifestText';

const useStyles = makeStyles(theme => ({
  code: {
    margin: 0,
    padding: theme.spacing(1, 1.5),
    maxHeight: 320,
    overflow: 'auto',
    borderRadius: theme.shape.borderRadius,
    backgroundColor: theme.palette.action.hover,
    fontSize: '0.75rem',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
}));

/** A value as YAML; nothing where there is none. */
export function CodeBlock(props: { title: string; value: unknown }) {
  const classes = useStyles();
  if (props.value === undefined) {
    return null;
  }
  return (
    <div>
      <Typography variant="caption" color="textSecondary">
        {props.title}
      </Typography>
      <pre className={classes.code} {...scroller(props.title)}>
        {manifestYaml(props.value as object).trimEnd()}
      </pre>
    </div>
  );
}
