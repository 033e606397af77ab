import { JsonObject } from 'backstage-plugin-kargo-common';
import { symlink } from 'node:fs/promises';
import { StepHarness } from '../../../testing/StepHarness';
import { CaseWorld, StepWorld } from '../../../testing/StepWorld';
import { kustomizeBuildStep } from './runner';

jest.setTimeout(120_000);

const configMap = (name: string, data = 'a: b') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  ${data}\n`;

describe('kustomize-build with what is on other hosts', () => {
  let harness: StepHarness;
  let hosts: Record<string, string>;

  beforeAll(async () => {
    harness = await StepHarness.start({ startWorld: StepWorld.start });
  }, 120_000);
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  const meet = async (world: CaseWorld) => {
    hosts = (await harness.world?.make(world)) ?? {};
  };
  const build = async (config: JsonObject = {}) => {
    await harness.run(kustomizeBuildStep, {
      path: 'env/test',
      outPath: 'out.yaml',
      ...config,
    });
    return harness.read('out.yaml');
  };
  const failure = (): Promise<Error> =>
    build().then(
      () => new Error('it succeeded'),
      error => error,
    );
  const withHosts = (text: string) =>
    text.replaceAll('GIT', hosts.git).replaceAll('WEB', hosts.web);

  const SHOP = {
    main: {
      'base/kustomization.yaml':
        'resources: [../shared/cm.yaml]\nnamePrefix: main-\n',
      'shared/cm.yaml': configMap('shop'),
      'component/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -more\n',
    },
    next: {
      'base/kustomization.yaml': 'resources: [cm.yaml]\n',
      'base/cm.yaml': configMap('next'),
    },
  };

  it.each<[string, string, string]>([
    ['a base', 'resources: ["GIT/shop.git//base"]\n', 'name: main-shop\n'],
    [
      'a base of a branch',
      'resources: ["GIT/shop.git//base?ref=next"]\n',
      'name: next\n',
    ],
    [
      'a base by the name that revisions had before',
      'resources:\n- GIT/shop.git/base?version=next&timeout=120&submodules=false # why\n',
      'name: next\n',
    ],
    [
      'a base in the field of before',
      'bases:\n- git::GIT/shop.git//base\n',
      'name: main-shop\n',
    ],
    [
      'a component',
      'resources: ["GIT/shop.git//base"]\ncomponents: ["GIT/shop.git//component"]\n',
      'name: main-shop-more\n',
    ],
    [
      'a base beside one of the folder',
      'resources: [../../own, "GIT/shop.git//base?ref=next"]\nnamePrefix: my-\n',
      'name: my-own\n',
    ],
  ])('builds upon %s', async (_, kustomization, expected) => {
    await meet({ git: { shop: SHOP } });
    const written = withHosts(kustomization);
    await harness.write({
      'env/test/kustomization.yaml': written,
      'own/kustomization.yaml': 'resources: [cm.yaml]\n',
      'own/cm.yaml': configMap('own'),
    });
    await expect(build()).resolves.toContain(expected);
    await expect(harness.read('env/test/kustomization.yaml')).resolves.toBe(
      written,
    );
    await expect(harness.list()).resolves.toEqual([
      'env/test/kustomization.yaml',
      'out.yaml',
      'own/cm.yaml',
      'own/kustomization.yaml',
    ]);
  });

  it('names a link that leads nowhere but on', async () => {
    await meet({ git: { shop: SHOP } });
    await harness.write({
      'env/test/kustomization.yaml': withHosts(
        'resources: ["GIT/shop.git//base"]\n',
      ),
    });
    await symlink('on/and', harness.at('env/test/on'));
    expect((await failure()).message).toContain(
      '"env/test/on" is a link that leads to what is behind itself',
    );
  });

  it('follows the bases of bases, in their repository and to others', async () => {
    await meet({
      git: {
        lib: {
          main: {
            'kustomization.yaml': 'resources: [cm.yaml]\n',
            'cm.yaml': configMap('lib'),
          },
        },
      },
    });
    const { git } = hosts;
    await meet({
      git: {
        shop: {
          main: {
            'env/kustomization.yaml': `resources: [../base, "${git}/lib.git?ref=main"]\nnameSuffix: -env\n`,
            'base/kustomization.yaml': 'resources: [cm.yaml]\n',
            'base/cm.yaml': configMap('base'),
          },
        },
      },
    });
    await harness.write({
      'env/test/kustomization.yaml': withHosts(
        'resources: ["GIT/shop.git//env"]\n',
      ),
    });
    const built = await build();
    expect(built).toContain('name: base-env\n');
    expect(built).toContain('name: lib-env\n');
  });

  it('builds at the root of the folder, and through links', async () => {
    await meet({ git: { shop: SHOP } });
    await harness.write({
      'kustomization.yaml': withHosts(
        'resources: [linked, "GIT/shop.git//base"]\n',
      ),
      'far/real/kustomization.yaml': 'resources: [../cm.yaml]\n',
      'far/cm.yaml': configMap('far'),
    });
    await symlink('far/real', harness.at('linked'));
    const built = await build({ path: '.' });
    expect(built).toContain('name: far\n');
    expect(built).toContain('name: main-shop\n');
  });

  it('takes files of the web wherever a kustomization names files', async () => {
    await meet({
      http: {
        'GET /cm.yaml': { body: configMap('web') },
        'GET /patch.yaml': { body: configMap('web', 'c: d') },
        'GET /app.properties': { body: 'x=1' },
        'GET /other': { body: 'y=2' },
      },
    });
    await harness.write({
      'env/test/kustomization.yaml': withHosts(
        'resources: [WEB/cm.yaml]\npatches: [{path: WEB/patch.yaml}]\nconfigMapGenerator:\n- name: g\n  options: {disableNameSuffixHash: true}\n  files: [WEB/app.properties, second=WEB/other]\n',
      ),
    });
    const built = await build();
    expect(built).toContain('c: d');
    expect(built).toContain('app.properties: x=1');
    expect(built).toContain('second: y=2');
  });

  it('takes an address that answers with resources for a file, and any other for a repository', async () => {
    await meet({
      git: { shop: SHOP },
      http: { 'GET /acme/shop': { body: configMap('page') } },
    });
    await harness.write({
      'env/test/kustomization.yaml': withHosts('resources: [WEB/acme/shop]\n'),
    });
    await expect(build()).resolves.toContain('name: page\n');

    await meet({
      http: {
        'GET /acme/shop': { body: '<!doctype html><title>Shop</title>' },
      },
    });
    const error = await failure();
    expect(error.message).toContain(hosts.web);
    expect(harness.world?.requests).toEqual(
      expect.arrayContaining([
        'GET /acme/shop',
        'GET /acme/shop/info/refs?service=git-upload-pack',
      ]),
    );
  });

  it.each<[string, string, string]>([
    [
      'a folder that the repository does not have',
      'resources: ["GIT/shop.git//nope"]\n',
      'the repository has no such folder',
    ],
    [
      'a revision that the repository does not have',
      'resources: ["GIT/shop.git//base?ref=v9"]\n',
      '"v9" is neither a tag or a branch',
    ],
    [
      'a repository that is not there',
      'resources: ["GIT/gone.git//base"]\n',
      '/gone.git',
    ],
    [
      'a base that leaves its repository',
      'resources: ["GIT/sly.git//up"]\n',
      'names "../../x", which is outside of its repository',
    ],
    [
      'a base that names a file of the system',
      'resources: ["GIT/sly.git//absolute"]\n',
      'names "/etc/hostname", which is outside of its repository',
    ],
    [
      "a base that names a file of the Promotion's folder",
      'resources: ["GIT/sly.git//base"]\n',
      'outside of its repository',
    ],
    [
      'a link that leaves its repository',
      'resources: ["GIT/sly.git//link"]\n',
      'names "out.yaml", which is outside of its repository',
    ],
    [
      'a chart of a repository in a base',
      'resources: ["GIT/sly.git//chart"]\n',
      'takes a chart from "https://charts.example.com"',
    ],
    [
      'a repository on the disk of the portal',
      'resources: ["file:///srv/git/base.git"]\n',
      'which is on the disk of the portal',
    ],
    [
      'a file of the web that is not there',
      'resources: [WEB/gone.yaml]\n',
      '/gone.yaml" answers with status 404',
    ],
    [
      'a file of the web in the configuration of a plugin',
      'transformers: ["{apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, path: WEB/p.yaml}"]\n',
      'download it with http-download',
    ],
    [
      'annotations of where copies come from',
      'buildMetadata: [originAnnotations]\nresources: ["GIT/shop.git//base"]\n',
      'leave originAnnotations and transformerAnnotations out',
    ],
    [
      'a reference that others share',
      'resources: [&a "GIT/shop.git//base"]\ncommonAnnotations: {from: *a}\n',
      'write it out',
    ],
    [
      'more repositories than a build may take',
      `resources:\n${Array.from(
        { length: 51 },
        (_, index) => `- WEB/${index}.yaml\n`,
      ).join('')}`,
      'more than 50 repositories and files from other hosts',
    ],
  ])('refuses %s', async (_, kustomization, message) => {
    await meet({
      git: {
        shop: SHOP,
        sly: {
          main: {
            'up/kustomization.yaml': 'resources: [../../x]\n',
            'absolute/kustomization.yaml': 'resources: [/etc/hostname]\n',
            'base/kustomization.yaml':
              'resources: [../../../../../env/secret.yaml]\n',
            'link/kustomization.yaml': 'resources: [out.yaml]\n',
            'link/out.yaml': {
              content: '../../../../../env/secret.yaml',
              mode: '120000',
            },
            'chart/kustomization.yaml':
              'helmCharts: [{name: c, repo: "https://charts.example.com", version: 1.0.0}]\n',
          },
        },
      },
      http: {
        'GET /gone.yaml': { status: 404 },
        ...Object.fromEntries(
          Array.from({ length: 51 }, (__, index) => [
            `GET /${index}.yaml`,
            { body: configMap(`c${index}`) },
          ]),
        ),
      },
    });
    await harness.write({
      'env/secret.yaml': configMap('secret'),
      'env/test/kustomization.yaml': withHosts(kustomization),
    });
    const error = await failure();
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('.kargo-temporary');
    await expect(harness.list()).resolves.toEqual([
      'env/secret.yaml',
      'env/test/kustomization.yaml',
    ]);
  });

  it('goes nowhere that the portal may not connect to', async () => {
    const strict = await StepHarness.start({
      egress: {},
      startWorld: StepWorld.start,
    });
    try {
      hosts =
        (await strict.world?.make({
          http: { 'GET /cm.yaml': { body: configMap('web') } },
        })) ?? {};
      await strict.write({
        'kustomization.yaml': withHosts('resources: [WEB/cm.yaml]\n'),
      });
      await expect(
        strict.run(kustomizeBuildStep, { path: '.', outPath: 'o.yaml' }),
      ).rejects.toThrow('which the portal does not connect to');
      expect(strict.world?.requests).toEqual([]);
    } finally {
      await strict.close();
    }
  });
});
