import Button, { ButtonProps } from '@material-ui/core/Button';
import CircularProgress from '@material-ui/core/CircularProgress';
import { makeStyles } from '@material-ui/core/styles';
import { MouseEvent, ReactNode } from 'react';
import { FailureText } from './FailureText';
import { RefusalTip } from './RefusalTip';
import { useOnce } from './useOnce';

const useStyles = makeStyles(theme => ({
  button: {
    textTransform: 'none',
    whiteSpace: 'nowrap',
    // Refused buttons stay reachable for the keyboard, because they explain why.
    '&[aria-disabled="true"]': {
      color: theme.palette.text.disabled,
      borderColor: theme.palette.action.disabledBackground,
      backgroundColor: 'transparent',
      boxShadow: 'none',
      cursor: 'not-allowed',
    },
    '&[aria-disabled="true"].MuiButton-contained': {
      backgroundColor: theme.palette.action.disabledBackground,
    },
  },
  failed: {
    display: 'inline-flex',
    flexDirection: 'column',
    alignItems: 'flex-start',
    gap: theme.spacing(0.5),
  },
}));

/** Props of an {@link ActionButton}. */
export interface ActionButtonProps {
  children: ReactNode;
  onClick: () => void;
  /** Says more than the text, for those who do not see what stands around it. */
  label?: string;
  /** Why the action is not possible; disables it. */
  refusal?: string;
  isPending?: boolean;
  /** Whether what it opens is open. */
  isExpanded?: boolean;
  /** Why the last click came to nothing, in the server's words; it may be clicked again. */
  failure?: Error | null;
  variant?: ButtonProps['variant'];
  tone?: ButtonProps['color'];
  size?: ButtonProps['size'];
  startIcon?: ReactNode;
  className?: string;
}

/** A button that, when it cannot be used, says why. */
export function ActionButton(props: ActionButtonProps) {
  const classes = useStyles();
  const { refusal, isPending } = props;
  const isDisabled = refusal !== undefined || isPending === true;
  const act = useOnce(props.onClick);
  const onClick = (event: MouseEvent) => {
    event.stopPropagation();
    if (!isDisabled) {
      act();
    }
  };
  const button = (
    <RefusalTip refusal={refusal}>
      <Button
        className={`${classes.button} ${props.className ?? ''}`}
        variant={props.variant ?? 'text'}
        color={props.tone ?? 'primary'}
        size={props.size ?? 'small'}
        onClick={onClick}
        aria-disabled={isDisabled}
        aria-label={props.label}
        aria-expanded={props.isExpanded}
        disableRipple={isDisabled}
        startIcon={
          isPending ? (
            <CircularProgress size={14} color="inherit" />
          ) : (
            props.startIcon
          )
        }
      >
        {props.children}
      </Button>
    </RefusalTip>
  );
  return props.failure ? (
    <span className={classes.failed}>
      {button}
      <FailureText message={props.failure.message} />
    </span>
  ) : (
    button
  );
}
