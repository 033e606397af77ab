import { useTranslationRef } from '@backstage/frontend-plugin-api';
import FormControlLabel from '@material-ui/core/FormControlLabel';
import { makeStyles } from '@material-ui/core/styles';
import Switch from '@material-ui/core/Switch';
import { kargoTranslationRef } from '../translation';
import { ViewSettings } from './useViewSettings';

const useStyles = makeStyles({
  // In full colour: quiet text has too little contrast with the page behind.
  label: { fontSize: '0.8125rem' },
});

/** Hides Freight that was passed over or left behind. */
export function UnusedSwitch(props: { view: ViewSettings }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { hidesUnused, set } = props.view;
  return (
    <FormControlLabel
      classes={{ label: classes.label }}
      control={
        <Switch
          size="small"
          color="primary"
          checked={hidesUnused}
          onChange={(_, isHidden) => set('unused', isHidden ? 'hidden' : '')}
        />
      }
      label={t('freight.hideUnused')}
    />
  );
}
