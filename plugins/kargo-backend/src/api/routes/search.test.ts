import { ApiHarness } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';
import { findItems } from '../resources/findItems';
import { Project } from 'backstage-plugin-kargo-common';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  createKargoProjectConditionalDecision,
  kargoProjectConditions,
} from 'backstage-plugin-kargo-node';

jest.setTimeout(60_000);

describe('/search', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    for (const project of ['shop', 'docs']) {
      await api.apply(pipelineManifests(project));
      await api.apply(freightManifest(project, '1.4.1', `otter-of-${project}`));
    }
  });

  beforeEach(() => api.reset());

  const find = async (text: string, as?: string) => {
    const { body } = await api.send(
      'GET',
      `/search?text=${encodeURIComponent(text)}`,
      { as },
    );
    return body.items.map(
      ({ kind, project, name, alias }: Record<string, string>) =>
        `${kind} ${project}/${alias ?? name}`,
    );
  };

  it('finds Freight by what it is called and what is in it, in every project', async () => {
    expect(await find('Otter-of-shop')).toEqual(['Freight shop/otter-of-shop']);
    expect((await find(' 1.4.1')).sort()).toEqual([
      'Freight docs/otter-of-docs',
      'Freight shop/otter-of-shop',
    ]);
    const [{ metadata }] = await api.freight('shop');
    expect(await find(metadata.name.slice(0, 12))).toContain(
      'Freight shop/otter-of-shop',
    );
  });

  it('finds Stages by their names, and nothing by a part of one', async () => {
    expect((await find('qa')).sort()).toEqual([
      'Stage docs/qa',
      'Stage shop/qa',
    ]);
    expect(await find('q')).toEqual([]);
    expect(await find('')).toEqual([]);
  });

  it('tells nothing of projects that the caller may not read', async () => {
    api.world.policy = ({ name }) => ({
      result:
        name === 'kargo.project.read'
          ? AuthorizeResult.DENY
          : AuthorizeResult.ALLOW,
    });
    expect(await find('1.4.1')).toEqual([]);
  });

  it.each([
    ['stages', ['Stage docs/qa'], []],
    ['freights', [], ['Freight docs/otter-of-docs']],
    ['promotions', [], []],
    ['warehouses', [], []],
  ])(
    'tells a role of a project that may list %s nothing else',
    async (resource, stages, freight) => {
      const as = await api.holderOf('docs', `lists-${resource}`, [
        { resources: [resource], verbs: ['list'] },
      ]);
      expect(await find('qa', as)).toEqual(stages);
      expect(await find('1.4.1', as)).toEqual(freight);
    },
  );

  it('finds tags that look like the beginning of a commit', async () => {
    await api.apply(freightManifest('shop', "'20260501'", 'may-day'));
    expect(await find('20260501')).toEqual(['Freight shop/may-day']);
  });

  describe('among many projects', () => {
    beforeAll(async () => {
      const names = Array.from({ length: 30 }, (_, n) => `many-${n + 10}`);
      await api.apply([...names, 'zoo'].map(projectWithStage).join('---'));
    });

    const search = async (text: string) =>
      (await api.send('GET', `/search?text=${text}`)).body;

    it('tells twenty, and that there are more', async () => {
      const { items, isCut } = await search('everywhere');
      expect(items).toHaveLength(20);
      expect(isCut).toBe(true);
    });

    it('finds what the caller may read behind what others have, and tells nothing of that', async () => {
      api.world.policy = permission =>
        permission.name === 'kargo.project.read'
          ? createKargoProjectConditionalDecision(
              permission as never,
              kargoProjectConditions.isEntityOwner({
                claims: ['user:default/alice'],
              }),
            )
          : { result: AuthorizeResult.ALLOW };
      api.world.owners = { zoo: ['user:default/alice'] };
      expect(await search('everywhere')).toEqual({
        items: [{ kind: 'Stage', project: 'zoo', name: 'everywhere' }],
        isCut: false,
      });
    });

    it('tells that there may be more when not all of a name are looked at', async () => {
      const access = {
        decideByRules: () => false,
        mayReadAll: async (projects: Project[]) =>
          projects.map(({ metadata }) => metadata.name === 'zoo'),
      };
      const findWithin = (mostRead: number) =>
        findItems(api.store, access, 'everywhere', mostRead);
      const zoo = { kind: 'Stage', project: 'zoo', name: 'everywhere' };
      expect(await findWithin(30)).toEqual({ items: [], isCut: true });
      expect(await findWithin(31)).toEqual({ items: [zoo], isCut: false });
    });
  });
});

function projectWithStage(name: string): string {
  return `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: ${name} }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: everywhere, namespace: ${name} }
spec:
  requestedFreight:
    - origin: { kind: Warehouse, name: web }
      sources: { direct: true }
`;
}
