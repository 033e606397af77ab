import TextField from '@material-ui/core/TextField';
import { useId } from 'react';

/** A field of a form, with a name that is always seen. */
export function TextInput(props: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  help?: string;
  placeholder?: string;
  /** Hides what is typed. */
  isSecret?: boolean;
  isMultiline?: boolean;
  isReadOnly?: boolean;
}) {
  const id = useId();
  return (
    <TextField
      id={id}
      fullWidth
      size="small"
      variant="outlined"
      label={props.label}
      value={props.value}
      onChange={event => props.onChange(event.target.value)}
      helperText={props.help}
      placeholder={props.placeholder}
      multiline={props.isMultiline}
      InputLabelProps={props.placeholder ? { shrink: true } : {}}
      inputProps={{
        readOnly: props.isReadOnly,
        ...(props.isSecret && {
          type: 'password',
          autoComplete: 'new-password',
        }),
      }}
    />
  );
}
