import FormControlLabel from '@material-ui/core/FormControlLabel';
import { makeStyles } from '@material-ui/core/styles';
import Switch from '@material-ui/core/Switch';

const useStyles = makeStyles({
  // In line with what stands above: around the knob there is room for a finger.
  root: { marginLeft: -4 },
});

/** A switch of a form, beside what it turns on. */
export function SwitchInput(props: {
  label: string;
  /** What it is called where others have the same label. */
  name?: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  const classes = useStyles();
  const { name } = props;
  return (
    <FormControlLabel
      className={classes.root}
      control={
        <Switch
          size="small"
          color="primary"
          checked={props.isOn}
          onChange={(_, isOn) => props.onChange(isOn)}
          {...(name !== undefined && { inputProps: { 'aria-label': name } })}
        />
      }
      label={props.label}
    />
  );
}
