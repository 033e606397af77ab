import { useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { ActionButton } from '../../components/ActionButton';
import { useOpenDialog } from '../../components/useOpenDialog';
import { Section } from '../../components/Section';
import { kargoTranslationRef } from '../../translation';
import { DeleteAction } from '../DeleteAction';
import { SettingsBody } from '../SettingsBody';
import { SettingsTable } from '../SettingsTable';
import { GrantDialog } from './GrantDialog';
import { NewRoleDialog } from './NewRoleDialog';
import { RoleHolders, RoleRights } from './RoleParts';
import { RoleRow } from './roleRows';
import { Roles, useRoleChanges } from './useRoles';

/** The roles of a project: who has them and what they allow. */
export function RolesSection(props: {
  roles: Roles;
  /** Why the viewer may change none of them. */
  refusal: string | undefined;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { project, query } = props.roles;
  const { refusal } = props;
  const open = useOpenDialog();
  return (
    <Section
      title={t('settings.roles.title')}
      action={
        <ActionButton
          onClick={() =>
            open(close => <NewRole project={project} onClose={close} />)
          }
          variant="outlined"
          {...(refusal !== undefined && { refusal })}
        >
          {t('settings.roles.create')}
        </ActionButton>
      }
    >
      <Typography variant="body2" gutterBottom>
        {t('settings.roles.text')}
      </Typography>
      <SettingsBody query={query}>
        {rows => (
          <RoleTable
            {...props}
            rows={rows}
            onGrant={role =>
              open(close => (
                <Granting project={project} role={role} onClose={close} />
              ))
            }
          />
        )}
      </SettingsBody>
    </Section>
  );
}

function NewRole(props: { project: string; onClose: () => void }) {
  const { create } = useRoleChanges(props.project);
  return (
    <NewRoleDialog
      isPending={create.isPending}
      error={create.error}
      onCreate={role => create.mutate(role, { onSuccess: props.onClose })}
      onClose={props.onClose}
    />
  );
}

function Granting(props: {
  project: string;
  role: RoleRow;
  onClose: () => void;
}) {
  const { grant } = useRoleChanges(props.project);
  return (
    <GrantDialog
      role={props.role}
      isPending={grant.isPending}
      error={grant.error}
      onGrant={change => grant.mutate(change, { onSuccess: props.onClose })}
      onClose={props.onClose}
    />
  );
}

function RoleTable(props: {
  roles: Roles;
  rows: RoleRow[];
  /** Why the viewer may change none of them. */
  refusal: string | undefined;
  onGrant: (role: RoleRow) => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { roles, rows } = props;
  const refusalOf = ({ isManaged }: RoleRow) =>
    props.refusal ?? (isManaged ? undefined : t('settings.roles.byHand'));
  return (
    <SettingsTable
      caption={t('settings.roles.title')}
      items={rows}
      columns={[
        {
          title: t('settings.roles.holders'),
          cell: role => (
            <RoleHolders
              role={role}
              revoke={roles.revoke}
              refusal={refusalOf(role)}
            />
          ),
        },
        {
          title: t('settings.roles.rights'),
          cell: role => (
            <RoleRights
              role={role}
              revoke={roles.revoke}
              refusal={refusalOf(role)}
            />
          ),
        },
      ]}
      actions={role => (
        <RoleActions
          role={role}
          remove={roles.remove}
          refusal={refusalOf(role)}
          onGrant={() => props.onGrant(role)}
        />
      )}
    />
  );
}

function RoleActions(props: {
  role: RoleRow;
  remove: Roles['remove'];
  refusal: string | undefined;
  onGrant: () => void;
}) {
  const { t } = useTranslationRef(kargoTranslationRef);
  const { role, refusal } = props;
  const { name } = role.metadata;
  const keeps =
    refusal ??
    (role.isPredefined ? t('settings.roles.everyProjectHas') : undefined);
  return (
    <>
      <ActionButton
        onClick={props.onGrant}
        label={t('settings.roles.grantOf', { name })}
        {...(refusal !== undefined && { refusal })}
      >
        {t('settings.roles.grant')}
      </ActionButton>
      <DeleteAction
        item={{ kind: t('settings.roles.kind'), metadata: { name } }}
        text={t('settings.roles.deleteText')}
        remove={props.remove}
        {...(keeps !== undefined && { refusal: keeps })}
      />
    </>
  );
}
