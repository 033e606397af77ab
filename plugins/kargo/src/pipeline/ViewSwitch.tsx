import FormControlLabel from '@material-ui/core/FormControlLabel';
import { makeStyles } from '@material-ui/core/styles';
import Switch from '@material-ui/core/Switch';

const useStyles = makeStyles({
  // In full colour: quiet text has too little contrast with the page behind.
  label: { fontSize: '0.8125rem' },
});

/** A switch of how a pipeline is shown, beside its label. */
export function ViewSwitch(props: {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  className?: string;
}) {
  const classes = useStyles();
  return (
    <FormControlLabel
      className={props.className}
      classes={{ label: classes.label }}
      control={
        <Switch
          size="small"
          color="primary"
          checked={props.isOn}
          onChange={(_, isOn) => props.onChange(isOn)}
        />
      }
      label={props.label}
    />
  );
}
