import { RolesSection } from './RolesSection';
import { TokensSection } from './TokensSection';
import { useRoles } from './useRoles';

/** Who has which rights in a project by Kargo's roles, and the tokens that act as one. */
export function RolesTab(props: { project: string }) {
  const roles = useRoles(props.project);
  return (
    <>
      <RolesSection project={props.project} roles={roles} />
      <TokensSection project={props.project} roles={roles.query.data ?? []} />
    </>
  );
}
