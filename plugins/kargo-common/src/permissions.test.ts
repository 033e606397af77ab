import { isResourcePermission } from '@backstage/plugin-permission-common';
import { kargoPermissions, kargoResourceRef } from './permissions';

// Names, actions and resource types are public: policies of portals are written in them.
const FROZEN = [
  ['kargo.view', 'read', undefined],
  ['kargo.project.create', 'create', undefined],
  ['kargo.cluster.manage', 'update', undefined],
  ['kargo.project.read', 'read', 'kargo-project'],
  ['kargo.project.manage', 'update', 'kargo-project'],
  ['kargo.freight.alias', 'update', 'kargo-project'],
  ['kargo.credentials.manage', 'update', 'kargo-project'],
  ['kargo.stage.promote', 'update', 'kargo-stage'],
  ['kargo.stage.approve', 'update', 'kargo-stage'],
  ['kargo.stage.verify', 'update', 'kargo-stage'],
  ['kargo.promotion.abort', 'update', 'kargo-stage'],
];

describe('kargoPermissions', () => {
  it('keeps its names, actions and resource types', () => {
    expect(
      kargoPermissions.map(permission => [
        permission.name,
        permission.attributes.action,
        isResourcePermission(permission) ? permission.resourceType : undefined,
      ]),
    ).toEqual(FROZEN);
  });
});

describe('kargoResourceRef', () => {
  it.each([
    ['shop', undefined, 'shop'],
    ['shop', 'prod', 'shop/prod'],
  ])('names project %s and Stage %s as %s', (project, stage, expected) => {
    expect(kargoResourceRef(project, stage)).toBe(expected);
  });
});
