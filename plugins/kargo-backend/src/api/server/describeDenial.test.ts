import {
  kargoPermissions,
  kargoProjectManagePermission,
  kargoStagePromotePermission,
  kargoViewPermission,
} from 'backstage-plugin-kargo-common';
import { describeDenial } from './describeDenial';

describe('describeDenial', () => {
  it.each([
    [
      kargoViewPermission,
      {},
      'You may not use Kargo. Ask an administrator of the portal',
    ],
    [
      kargoProjectManagePermission,
      { name: 'shop', owners: [] },
      "You may not change project 'shop'. Ask an administrator of the portal",
    ],
    [
      kargoStagePromotePermission,
      { name: 'prod', owners: ['group:default/web'] },
      "You may not promote to 'prod'. Ask the group web",
    ],
    [
      kargoStagePromotePermission,
      {
        name: 'prod',
        owners: ['group:default/a', 'group:emea/b', 'user:default/c'],
      },
      "You may not promote to 'prod'. Ask the group a, the group b of emea or the user c",
    ],
    [
      kargoStagePromotePermission,
      { name: 'prod', owners: ['group:default/web'], isOwner: true },
      "You may not promote to 'prod': the policy of the portal keeps this from its owners. Ask an administrator of the portal",
    ],
  ])('says %#', (permission, context, expected) => {
    expect(describeDenial(permission, context)).toBe(expected);
  });

  it.each(kargoPermissions.map(permission => [permission.name, permission]))(
    'has words for %s',
    (name, permission) => {
      expect(describeDenial(permission as never, { name: 'x' })).not.toContain(
        name,
      );
    },
  );
});
