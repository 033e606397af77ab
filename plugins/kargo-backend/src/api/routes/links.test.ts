import { ApiHarness } from '../../testing/ApiHarness';
import {
  freightManifest,
  pipelineManifests,
} from '../../testing/pipelineManifests';

jest.setTimeout(60_000);

describe('links', () => {
  let api: ApiHarness;

  beforeAll(async () => {
    api = await ApiHarness.start();
    await api.apply(pipelineManifests('shop'));
    await api.apply(freightManifest('shop', '1.0.0', 'brisk-otter'));
  });

  const paths = [
    '/projects/shop/stages/test/links',
    '/projects/shop/freight/brisk-otter/links',
  ];

  it.each(paths)('%s is empty without configuration', async path => {
    expect((await api.send('GET', path)).body).toEqual({ links: [] });
  });

  it('come from the installation and the project, each by itself', async () => {
    await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: ClusterConfig
metadata: { name: cluster }
spec:
  stageLinks:
    - { title: Runbook, url: "https://docs.example", description: What to do }
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: { name: shop, namespace: shop }
spec:
  stageLinks:
    - { title: Logs, url: "https://logs.example/{{ .stage.metadata.namespace }}/{{ .stage.metadata.name | upper }}" }
    - { title: Test alone, url: "https://a.example", if: "stage.metadata.name == 'test'" }
    - { title: Elsewhere, url: "https://a.example", if: "stage.metadata.name == 'prod'" }
    - { title: Unclosed, url: "https://a.example/{{ .stage" }
    - { title: Environment, url: 'https://a.example/{{ env "HOME" }}' }
    - { title: Nothing, url: "https://a.example/{{ .stage.metadata.labels.gone }}" }
    - { title: No condition, url: "https://a.example", if: "!!!" }
    - { title: A number, url: "https://a.example", if: "1 + 1" }
    - { title: A program, url: "javascript:alert(1)" }
  freightLinks:
    - { title: Notes, url: "https://notes.example/{{ (index .freight.images 0).tag }}" }
    - { title: Alias, url: "https://a.example/{{ .freight.alias }}" }
`);
    expect((await api.send('GET', paths[0])).body).toEqual({
      links: [
        {
          title: 'Runbook',
          url: 'https://docs.example',
          description: 'What to do',
        },
        { title: 'Logs', url: 'https://logs.example/shop/TEST' },
        { title: 'Test alone', url: 'https://a.example' },
      ],
      errors: [
        'link "Unclosed": error evaluating URL template: unclosed action',
        'link "Environment": error evaluating URL template: function "env" not defined',
        expect.stringContaining(
          'link "Nothing": error evaluating URL template: ',
        ),
        expect.stringContaining(
          'link "No condition": error evaluating condition: ',
        ),
        'link "A number": condition evaluated to a non-boolean value: 2',
        'link "A program": "javascript:alert(1)" is no http(s) URL',
      ],
    });
    expect((await api.send('GET', paths[1])).body).toEqual({
      links: [
        { title: 'Notes', url: 'https://notes.example/1.0.0' },
        { title: 'Alias', url: 'https://a.example/brisk-otter' },
      ],
    });
  });

  it('are a hundred at most, and the others are told of', async () => {
    const links = Array.from(
      { length: 101 },
      (_, index) =>
        `  - {title: "${index}", url: "https://x.example/${index}"}`,
    );
    await api.apply(`
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: many}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata: {name: many, namespace: many}
spec:
  stageLinks:
${links.join('\n')}
`);
    await api.apply(pipelineManifests('many'));

    const { body } = await api.send('GET', '/projects/many/stages/test/links');

    expect(body.links.length + body.errors.length).toBeLessThan(110);
    expect(body.errors).toContainEqual(
      expect.stringMatching(/links are declared; the first 100 count/),
    );
  });

  it('are of a Stage that is there', async () => {
    const answer = await api.send('GET', '/projects/shop/stages/nope/links');
    expect(answer.status).toBe(404);
  });
});
