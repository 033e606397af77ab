import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Button from '@material-ui/core/Button';
import Menu from '@material-ui/core/Menu';
import MenuItem from '@material-ui/core/MenuItem';
import { makeStyles } from '@material-ui/core/styles';
import AddIcon from '@material-ui/icons/Add';
import { useState } from 'react';
import { ActionButton } from '../components/ActionButton';
import { kargoTranslationRef } from '../translation';
import { CREATABLE_KINDS } from './manifestTemplates';
import { useManifestEditor } from './useManifestEditor';

const useStyles = makeStyles({ button: { textTransform: 'none' } });

/** Creates a project, or something in one, beginning with a manifest that is valid. */
export function CreateMenu(props: {
  /** Absent where projects themselves are created. */
  project?: string;
  /** Why the viewer may create nothing here. */
  refusal?: string;
}) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const [anchor, setAnchor] = useState<HTMLElement>();
  const { create } = useManifestEditor();
  const { project, refusal } = props;
  const close = () => setAnchor(undefined);
  return (
    <>
      {refusal === undefined && project !== undefined ? (
        <Button
          className={classes.button}
          size="small"
          variant="outlined"
          startIcon={<AddIcon />}
          aria-haspopup="menu"
          onClick={event => setAnchor(event.currentTarget)}
        >
          {t('manifest.createMenu')}
        </Button>
      ) : (
        <ActionButton
          variant="outlined"
          startIcon={<AddIcon />}
          onClick={() => create('Project', project ?? '')}
          {...(refusal !== undefined && { refusal })}
        >
          {project === undefined
            ? t('manifest.createProject')
            : t('manifest.createMenu')}
        </ActionButton>
      )}
      <Menu anchorEl={anchor} open={anchor !== undefined} onClose={close}>
        {CREATABLE_KINDS.filter(name => name !== 'Project').map(name => (
          <MenuItem
            key={name}
            onClick={() => {
              close();
              create(name, project ?? '');
            }}
          >
            {name}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
