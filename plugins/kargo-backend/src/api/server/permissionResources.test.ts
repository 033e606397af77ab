import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  createKargoStageConditionalDecision,
  kargoStageConditions,
} from 'backstage-plugin-kargo-node';
import { mockCredentials } from '@backstage/backend-test-utils';
import { ApiHarness } from '../../testing/ApiHarness';
import { pipelineManifests } from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

const WELL_KNOWN = '/.well-known/backstage/permissions';

describe('the permission integration', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
    api.world.owners = {
      shop: ['group:default/web'],
      'shop/test': ['group:default/web'],
      'shop/prod': ['group:default/ops'],
    };
  });

  it('tells policies which permissions and rules there are', async () => {
    const response = await fetch(`${api.baseUrl}${WELL_KNOWN}/metadata`, {
      headers: { Authorization: mockCredentials.user.header() },
    });
    const { permissions, rules } = await response.json();
    expect(permissions).toHaveLength(11);
    expect(
      rules.map((rule: { name: string; resourceType: string }) => [
        rule.resourceType,
        rule.name,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['kargo-project', 'IS_ENTITY_OWNER'],
        ['kargo-stage', 'IS_ENTITY_OWNER'],
        ['kargo-stage', 'STAGE_NAME'],
      ]),
    );
  });

  async function applyConditions(
    resourceType: string,
    refs: string[],
    rule: string,
    params: object,
  ) {
    const response = await fetch(
      `${api.baseUrl}${WELL_KNOWN}/apply-conditions`,
      {
        method: 'POST',
        headers: {
          Authorization: mockCredentials.service.header(),
          'Content-Type': 'application/json',
        },
        body: JSON.stringify({
          items: refs.map((resourceRef, id) => ({
            id: String(id),
            resourceRef,
            resourceType,
            conditions: { rule, resourceType, params },
          })),
        }),
      },
    );
    const { items } = await response.json();
    return items.map(({ result }: { result: string }) => result);
  }

  it.each([
    [
      'kargo-stage',
      ['shop/test', 'shop/prod', 'shop/nope', 'nope/test', 'shop'],
      ['ALLOW', 'DENY', 'DENY', 'DENY', 'DENY'],
    ],
    ['kargo-project', ['shop', 'nope'], ['ALLOW', 'DENY']],
  ])('applies conditions to %s by reference', async (type, refs, expected) => {
    expect(
      await applyConditions(type, refs, 'IS_ENTITY_OWNER', {
        claims: ['group:default/web'],
      }),
    ).toEqual(expected);
  });

  it('decides each Stage by the conditions of the policy', async () => {
    api.world.policy = permission =>
      permission.name === 'kargo.stage.promote'
        ? createKargoStageConditionalDecision(permission as never, {
            anyOf: [
              kargoStageConditions.isEntityOwner({
                claims: ['group:default/ops'],
              }),
              {
                allOf: [
                  kargoStageConditions.hasLabel({
                    label: 'tier',
                    values: ['test'],
                  }),
                  { not: kargoStageConditions.stageName({ stages: ['q*'] }) },
                ],
              },
            ],
          })
        : { result: AuthorizeResult.ALLOW };
    const { stages } = await api.client().getProjectAccess({ project: 'shop' });
    expect(
      Object.entries(stages).map(([name, { promote }]) => [
        name,
        promote.allowed,
      ]),
    ).toEqual([
      ['gate', false],
      ['prod', true],
      ['qa', false],
      ['test', true],
    ]);
  });
});
