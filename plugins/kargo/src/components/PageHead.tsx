import Link from '@material-ui/core/Link';
import Typography from '@material-ui/core/Typography';
import { Link as RouterLink } from 'react-router-dom';

/** The beginning of a page: the way to the one above it, and what it is about. */
export function PageHead(props: {
  above: string;
  /** Where that is, from the address of this page. */
  to: '..' | '../..';
  title: string;
}) {
  return (
    <>
      <Link
        component={RouterLink}
        to={props.to}
        relative="path"
        variant="body2"
      >
        {props.above}
      </Link>
      <Typography variant="h5" component="h2">
        {props.title}
      </Typography>
    </>
  );
}
