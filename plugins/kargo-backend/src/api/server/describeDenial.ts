import { DEFAULT_NAMESPACE, parseEntityRef } from '@backstage/catalog-model';
import { Permission } from '@backstage/plugin-permission-common';
import { RuleNeed } from 'backstage-plugin-kargo-common';

/** What a permission lets people do; `#` stands for the name of the project or Stage. */
const DEEDS: Record<string, string> = {
  'kargo.view': 'use Kargo',
  'kargo.project.create': 'create projects',
  'kargo.cluster.manage': 'change what all projects share',
  'kargo.project.read': "read project '#'",
  'kargo.project.manage': "change project '#'",
  'kargo.freight.alias': "rename Freight of project '#'",
  'kargo.credentials.manage': "manage the credentials of project '#'",
  'kargo.stage.promote': "promote to '#'",
  'kargo.stage.approve': "approve Freight for '#'",
  'kargo.stage.verify': "verify '#'",
  'kargo.promotion.abort': "abort Promotions to '#'",
};

/** Who could be asked instead. */
export interface DenialContext {
  /** Name of the project or Stage. */
  name?: string;
  /** Owners of the catalog entities it belongs to, as entity references. */
  owners?: string[];
  /** The caller is one of the owners, so asking them would not help. */
  isOwner?: boolean;
}

/** Why somebody may not do something, and whom to ask, in plain words. */
export function describeDenial(
  permission: Permission,
  { name = '', owners = [], isOwner = false }: DenialContext = {},
): string {
  const deed = (DEEDS[permission.name] ?? permission.name).replace('#', name);
  const asked =
    owners.length > 0 && !isOwner
      ? listNames(owners.map(describeOwner))
      : 'an administrator of the portal';
  const cause = isOwner
    ? ': the policy of the portal keeps this from its owners'
    : '';
  return `You may not ${deed}${cause}. Ask ${asked}`;
}

/** Why a role may not be given a right. */
export function describeGrantDenial({
  verb,
  resource,
  name,
}: RuleNeed): string {
  const what = name === undefined ? resource : `${resource}/${name}`;
  return `You may not give away a right that you do not have: '${verb}' on '${what}'. Ask an administrator of the portal`;
}

/** In words: what the catalog calls somebody beside that, only the catalog knows. */
function describeOwner(ref: string): string {
  const { kind, namespace, name } = parseEntityRef(ref);
  const where = namespace === DEFAULT_NAMESPACE ? '' : ` of ${namespace}`;
  return `the ${kind} ${name}${where}`;
}

function listNames(names: string[]): string {
  const last = names[names.length - 1];
  return names.length === 1
    ? last
    : `${names.slice(0, -1).join(', ')} or ${last}`;
}
