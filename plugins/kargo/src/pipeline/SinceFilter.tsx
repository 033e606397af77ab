import { useTranslationRef } from '@backstage/frontend-plugin-api';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import TextField from '@material-ui/core/TextField';
import { kargoTranslationRef } from '../translation';
import { SINCE, ViewSettings } from './useViewSettings';

const useStyles = makeStyles({
  field: { '& .MuiInputBase-root': { fontSize: '0.8125rem' } },
});

/** Leaves out Freight that was found before a day, a week or a month. */
export function SinceFilter(props: { view: ViewSettings }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { since, set } = props.view;
  const chosen = since ? t(`freight.since.${since}`) : t('freight.since.all');
  return (
    <TextField
      select
      className={classes.field}
      size="small"
      value={since}
      onChange={event => set('since', event.target.value)}
      InputProps={{ disableUnderline: true }}
      SelectProps={{
        displayEmpty: true,
        SelectDisplayProps: {
          'aria-label': t('freight.since.label', { chosen }),
        },
      }}
    >
      <MenuItem value="">{t('freight.since.all')}</MenuItem>
      {SINCE.map(name => (
        <MenuItem key={name} value={name}>
          {t(`freight.since.${name}`)}
        </MenuItem>
      ))}
    </TextField>
  );
}
