import { makeStyles } from '@material-ui/core/styles';
import Typography from '@material-ui/core/Typography';
import { ReactNode } from 'react';

const useStyles = makeStyles(theme => ({
  section: { marginTop: theme.spacing(3) },
  head: {
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: theme.spacing(1),
    marginBottom: theme.spacing(1),
  },
  title: {
    minWidth: 0,
    fontSize: '0.875rem',
    fontWeight: 600,
    overflowWrap: 'anywhere',
  },
  facts: {
    display: 'grid',
    gridTemplateColumns: 'max-content minmax(0, 1fr)',
    columnGap: theme.spacing(3),
    rowGap: theme.spacing(0.75),
    margin: 0,
    fontSize: '0.875rem',
    '& dt': { color: theme.palette.text.secondary },
    '& dd': { margin: 0, overflowWrap: 'anywhere' },
  },
}));

/** A titled part of a page or drawer. */
export function Section(props: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  const classes = useStyles();
  return (
    <section className={classes.section}>
      <div className={classes.head}>
        <Typography variant="h6" component="h3" className={classes.title}>
          {props.title}
        </Typography>
        {props.action}
      </div>
      {props.children}
    </section>
  );
}

/** Names and values, one pair per row; rows without a value are left out. */
export function Facts(props: {
  facts: Array<[label: string, value: ReactNode]>;
}) {
  const classes = useStyles();
  return (
    <dl className={classes.facts}>
      {props.facts
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([label, value]) => [
          <dt key={`${label}:`}>{label}</dt>,
          <dd key={label}>{value}</dd>,
        ])}
    </dl>
  );
}
