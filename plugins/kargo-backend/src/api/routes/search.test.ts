import { ApiHarness } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';
import { AuthorizeResult } from '@backstage/plugin-permission-common';

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

  const find = async (text: string) => {
    const { body } = await api.send(
      'GET',
      `/search?text=${encodeURIComponent(text)}`,
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
});
