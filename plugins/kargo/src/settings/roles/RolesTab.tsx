import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import Typography from '@material-ui/core/Typography';
import { Section } from '../../components/Section';
import { kargoApiRef } from '../../kargoApiRef';
import { kargoTranslationRef } from '../../translation';
import { SettingsBody } from '../SettingsBody';
import { SettingsTable } from '../SettingsTable';
import { useManageRefusal } from '../useManageRefusal';
import { RoleHolders, RoleRights } from './RoleParts';
import { RolesSection } from './RolesSection';
import { TokensSection } from './TokensSection';
import { useRoles, useSystemRoles } from './useRoles';
import { projectTokens, systemTokens } from './useTokens';

/** Who has which rights in a project by Kargo's roles, and the tokens that act as one. */
export function RolesTab(props: { project: string }) {
  const api = useApi(kargoApiRef);
  const roles = useRoles(props.project);
  const refusal = useManageRefusal(props.project);
  return (
    <>
      <RolesSection refusal={refusal} roles={roles} />
      <TokensSection
        place={projectTokens(api, props.project)}
        roles={roles.query.data ?? []}
        refusal={refusal}
      />
    </>
  );
}

/** The roles of the installation, to read, and the tokens that act as one. */
export function SystemRolesTab() {
  const api = useApi(kargoApiRef);
  const { t } = useTranslationRef(kargoTranslationRef);
  const query = useSystemRoles();
  return (
    <>
      <Section title={t('settings.roles.systemTitle')}>
        <Typography variant="body2" gutterBottom>
          {t('settings.roles.systemText')}
        </Typography>
        <SettingsBody query={query}>
          {rows => (
            <SettingsTable
              caption={t('settings.roles.systemTitle')}
              items={rows}
              columns={[
                {
                  title: t('settings.roles.holders'),
                  cell: role => <RoleHolders role={role} />,
                },
                {
                  title: t('settings.roles.rights'),
                  cell: role => <RoleRights role={role} />,
                },
              ]}
            />
          )}
        </SettingsBody>
      </Section>
      {query.data && (
        <TokensSection place={systemTokens(api)} roles={query.data} />
      )}
    </>
  );
}
