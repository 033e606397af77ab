import FormControlLabel from '@material-ui/core/FormControlLabel';
import Switch from '@material-ui/core/Switch';

/** A switch of a form, beside what it turns on. */
export function SwitchInput(props: {
  label: string;
  /** What it is called where others have the same label. */
  name?: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  const { name } = props;
  return (
    <FormControlLabel
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
