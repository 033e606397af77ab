import { CopyTextButton } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Dialog from '@material-ui/core/Dialog';
import DialogActions from '@material-ui/core/DialogActions';
import DialogContent from '@material-ui/core/DialogContent';
import DialogTitle from '@material-ui/core/DialogTitle';
import { makeStyles } from '@material-ui/core/styles';
import Alert from '@material-ui/lab/Alert';
import { Secret } from 'backstage-plugin-kargo-common';
import { useId } from 'react';
import { ActionButton } from '../../components/ActionButton';
import { useLossGuard } from '../../components/useLossGuard';
import { kargoTranslationRef } from '../../translation';

const useStyles = makeStyles(theme => ({
  token: {
    display: 'flex',
    alignItems: 'center',
    marginTop: theme.spacing(2),
    overflowWrap: 'anywhere',
    fontFamily: 'monospace',
  },
}));

/** Shows a token, this once. Only its button closes it: a click beside it would lose it. */
export function ShownToken(props: { token: Secret; onClose: () => void }) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const titleId = useId();
  useLossGuard(true);
  const { metadata, data } = props.token;
  const text = atob(data?.token ?? '');
  return (
    <Dialog open maxWidth="sm" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>
        {t('settings.tokens.shownTitle', { name: metadata.name })}
      </DialogTitle>
      <DialogContent>
        <Alert severity="warning">{t('settings.tokens.shownText')}</Alert>
        <div className={classes.token}>
          {text}
          <CopyTextButton text={text} aria-label={t('common.copy')} />
        </div>
      </DialogContent>
      <DialogActions>
        <ActionButton onClick={props.onClose} variant="contained" size="medium">
          {t('common.close')}
        </ActionButton>
      </DialogActions>
    </Dialog>
  );
}
