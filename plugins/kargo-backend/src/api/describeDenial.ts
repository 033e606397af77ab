import { Permission } from '@backstage/plugin-permission-common';

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

/** Why somebody may not do something, and whom to ask, in plain words. */
export function describeDenial(
  permission: Permission,
  name: string | undefined,
  owners: string[],
): string {
  const deed = (DEEDS[permission.name] ?? permission.name).replace(
    '#',
    name ?? '',
  );
  return `You may not ${deed}. Ask ${
    owners.length > 0 ? listNames(owners) : 'an administrator of the portal'
  }`;
}

function listNames(names: string[]): string {
  const last = names[names.length - 1];
  return names.length === 1
    ? last
    : `${names.slice(0, -1).join(', ')} or ${last}`;
}
