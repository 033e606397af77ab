import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import { ClipboardEvent, useId } from 'react';

const useStyles = makeStyles({
  // What a password field does, which has one line alone.
  unseen: { '-webkit-text-security': 'disc', fontFamily: 'monospace' },
});

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
  const classes = useStyles();
  const id = useId();
  const { suggestions, isSecret = false, value } = props;
  // A key of several lines comes into a field of one by pasting, see `onPaste`.
  const isLongSecret = isSecret && value.includes('\n');
  const listId = `${id}-suggestions`;
  const field = (
    <TextField
      id={id}
      fullWidth
      size="small"
      variant="outlined"
      label={props.label}
      value={value}
      onChange={event => props.onChange(event.target.value)}
      helperText={props.help}
      placeholder={props.placeholder}
      multiline={props.isMultiline || isLongSecret}
      // It takes the place of the field in which the person pasted.
      // eslint-disable-next-line jsx-a11y/no-autofocus -- see above
      autoFocus={isLongSecret}
      {...(isSecret && { onPaste: pasteLines(props.onChange) })}
      InputLabelProps={props.placeholder ? { shrink: true } : {}}
      inputProps={{
        readOnly: props.isReadOnly,
        ...(suggestions && { list: listId }),
        ...(isSecret &&
          (isLongSecret
            ? { className: classes.unseen, autoComplete: 'off' }
            : { type: 'password', autoComplete: 'new-password' })),
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

/** Keeps line breaks, which a password field drops without a word; one at the end is no line. */
function pasteLines(onChange: (value: string) => void) {
  return (event: ClipboardEvent<HTMLElement>) => {
    const text = event.clipboardData.getData('text').replace(/\r\n?/g, '\n');
    const field = event.target as HTMLInputElement | HTMLTextAreaElement;
    if (field.type === 'password' && /\n\s*\S/.test(text)) {
      event.preventDefault();
      const { value, selectionStart, selectionEnd } = field;
      onChange(
        value.slice(0, selectionStart ?? value.length) +
          text +
          value.slice(selectionEnd ?? value.length),
      );
    }
  };
}
