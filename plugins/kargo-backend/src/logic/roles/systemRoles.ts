import {
  ANNOTATIONS,
  LABELS,
  SYSTEM_ROLES,
  SystemRoleClaims,
} from 'backstage-plugin-kargo-common';
import { KARGO_NAMESPACE } from '../sharedNamespaces';
import { toTimestamp } from '../timestamps';
import { newParts, RoleParts } from './roleParts';

/** The roles of the installation, with who has them; they are as old as it is. */
export function systemRoleParts(
  claims: SystemRoleClaims,
  installedAt?: number,
): RoleParts[] {
  const since = installedAt !== undefined && {
    creationTimestamp: toTimestamp(installedAt),
  };
  return SYSTEM_ROLES.map(({ name, description, rules }) => {
    const parts = newParts(
      { name, namespace: KARGO_NAMESPACE },
      claims[name] ?? [],
      rules,
      { [ANNOTATIONS.description]: description },
    );
    const { metadata, ...account } = labelled(parts.serviceAccount);
    return {
      ...parts,
      serviceAccount: { ...account, metadata: { ...metadata, ...since } },
    };
  });
}

/** Nobody changes them through the API: the configuration tells who has them. */
function labelled({
  metadata: { annotations = {}, ...metadata },
  ...account
}: RoleParts['serviceAccount']): RoleParts['serviceAccount'] {
  const { [ANNOTATIONS.managed]: _, ...kept } = annotations;
  const labels = { [LABELS.systemRole]: 'true' };
  return { ...account, metadata: { ...metadata, labels, annotations: kept } };
}
