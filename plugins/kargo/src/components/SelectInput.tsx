import MenuItem from '@material-ui/core/MenuItem';
import TextField from '@material-ui/core/TextField';
import { useId } from 'react';

/** A field of a form that takes one of several words, with a name that is always seen. */
export function SelectInput<Option extends string>(props: {
  label: string;
  value: Option;
  options: readonly Option[];
  /** What an option is called; as it is written unless told. */
  nameOf?: (option: Option) => string;
  onChange: (value: Option) => void;
}) {
  const id = useId();
  return (
    <TextField
      select
      fullWidth
      size="small"
      variant="outlined"
      id={id}
      label={props.label}
      value={props.value}
      onChange={event => props.onChange(event.target.value as Option)}
    >
      {props.options.map(option => (
        <MenuItem key={option} value={option}>
          {props.nameOf?.(option) ?? option}
        </MenuItem>
      ))}
    </TextField>
  );
}
