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

  it('come from the installation and the project, and templates are reported', async () => {
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
    - { title: Logs, url: "https://logs.example/{{ .Name }}" }
    - { title: Night, url: "https://night.example", if: "true" }
    - { title: Chat, url: "https://chat.example" }
`);
    expect((await api.send('GET', paths[0])).body).toEqual({
      links: [
        {
          title: 'Runbook',
          url: 'https://docs.example',
          description: 'What to do',
        },
        { title: 'Chat', url: 'https://chat.example' },
      ],
      errors: [
        expect.stringMatching(/'Logs'/),
        expect.stringMatching(/'Night'/),
      ],
    });
    expect((await api.send('GET', paths[1])).body).toEqual({ links: [] });
  });
});
