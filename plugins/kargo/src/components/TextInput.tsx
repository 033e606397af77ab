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
  /** What may be chosen instead of being typed. */
  suggestions?: readonly string[];
}) {
  const id = useId();
  const { suggestions } = props;
  const listId = `${id}-suggestions`;
  const field = (
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
        ...(suggestions && { list: listId }),
        ...(props.isSecret && {
          type: 'password',
          autoComplete: 'new-password',
        }),
      }}
    />
  );
  return suggestions ? (
    <>
      {field}
      <datalist id={listId}>
        {suggestions.map(suggestion => (
          <option key={suggestion} value={suggestion} />
        ))}
      </datalist>
    </>
  ) : (
    field
  );
}
