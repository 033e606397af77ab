import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { makeStyles } from '@material-ui/core/styles';
import { RoleChange } from 'backstage-plugin-kargo-common';
import { useState } from 'react';
import { ActionButton } from '../../components/ActionButton';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { useNamedText } from '../../components/NamedText';
import { Person } from '../../components/Person';
import { kargoTranslationRef } from '../../translation';
import { holderChange, rightChange, RoleRight, RoleRow } from './roleRows';
import { Roles } from './useRoles';

/** More rights than this are folded. */
const SHOWN_RIGHTS = 4;

const useStyles = makeStyles(theme => ({
  list: { margin: 0, padding: 0, listStyle: 'none' },
  item: {
    display: 'flex',
    alignItems: 'center',
    flexWrap: 'wrap',
    columnGap: theme.spacing(1),
    minHeight: 32,
  },
  summary: { cursor: 'pointer' },
  description: { color: theme.palette.text.secondary },
}));

interface RolePartProps {
  role: RoleRow;
  /** Absent where nothing is revoked by hand. */
  revoke?: Roles['revoke'];
  /** Why nothing can be revoked. */
  refusal?: string | undefined;
}

/** Who has a role. */
export function RoleHolders({ role, revoke, refusal }: RolePartProps) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name } = role.metadata;
  if (role.holders.length === 0) {
    return <>{t('settings.roles.nobody')}</>;
  }
  return (
    <ul className={classes.list}>
      {role.holders.map(holder => {
        const what = `${holder.claim}: ${holder.value}`;
        return (
          <li key={what} className={classes.item}>
            <span>
              {holder.claim}: <Person name={holder.value} />
            </span>
            {revoke && (
              <RevokeAction
                label={t('settings.roles.revokeHolder', { what, name })}
                change={holderChange(name, holder)}
                revoke={revoke}
                refusal={refusal}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** What a role allows; what every project has allows the same everywhere. */
export function RoleRights({ role, revoke, refusal }: RolePartProps) {
  const classes = useStyles();
  const { t } = useTranslationRef(kargoTranslationRef);
  const { name } = role.metadata;
  const { rights, isPredefined } = role;
  const list = (
    <ul className={classes.list}>
      {rights.map(right => {
        const what = rightText(right);
        return (
          <li key={what} className={classes.item}>
            {what}
            {revoke && !isPredefined && (
              <RevokeAction
                label={t('settings.roles.revokeRight', { what, name })}
                change={rightChange(name, right)}
                revoke={revoke}
                refusal={refusal}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
  return (
    <>
      {role.description && (
        <div className={classes.description}>{role.description}</div>
      )}
      {rights.length > SHOWN_RIGHTS ? (
        <details>
          <summary className={classes.summary}>
            {t('settings.roles.rightsCount', { count: rights.length })}
          </summary>
          {list}
        </details>
      ) : (
        list
      )}
    </>
  );
}

/** `stages prod: get, promote` */
function rightText({ resource, name, verbs }: RoleRight): string {
  return `${[resource, name].filter(Boolean).join(' ')}: ${verbs.join(', ')}`;
}

function RevokeAction(props: {
  label: string;
  change: RoleChange;
  revoke: Roles['revoke'];
  refusal: string | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const [isAsking, setAsking] = useState(false);
  const { revoke, refusal } = props;
  const label = useNamedText(props.label);
  const close = () => {
    setAsking(false);
    revoke.reset();
  };
  return (
    <>
      <ActionButton
        onClick={() => setAsking(true)}
        label={label}
        {...(refusal !== undefined && { refusal })}
      >
        {t('settings.roles.revoke')}
      </ActionButton>
      <ConfirmDialog
        isOpen={isAsking}
        title={`${label}?`}
        text={t('settings.roles.revokeText')}
        action={t('settings.roles.revoke')}
        isPending={revoke.isPending}
        error={revoke.error}
        onClose={close}
        onConfirm={() => revoke.mutate(props.change, { onSuccess: close })}
      />
    </>
  );
}
