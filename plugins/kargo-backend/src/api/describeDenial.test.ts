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
      undefined,
      [],
      'You may not use Kargo. Ask an administrator of the portal',
    ],
    [
      kargoProjectManagePermission,
      'shop',
      [],
      "You may not change project 'shop'. Ask an administrator of the portal",
    ],
    [
      kargoStagePromotePermission,
      'prod',
      ['group:default/web'],
      "You may not promote to 'prod'. Ask group:default/web",
    ],
    [
      kargoStagePromotePermission,
      'prod',
      ['group:default/a', 'group:default/b', 'user:default/c'],
      "You may not promote to 'prod'. Ask group:default/a, group:default/b or user:default/c",
    ],
  ])('says %#', (permission, name, owners, expected) => {
    expect(describeDenial(permission, name, owners)).toBe(expected);
  });

  it.each(kargoPermissions.map(permission => [permission.name, permission]))(
    'has words for %s',
    (name, permission) => {
      expect(describeDenial(permission as never, 'x', [])).not.toContain(name);
    },
  );
});
