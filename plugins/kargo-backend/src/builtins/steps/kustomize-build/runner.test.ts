import { JsonObject } from 'backstage-plugin-kargo-common';
import { symlink } from 'node:fs/promises';
import { StepHarness } from '../../../testing/StepHarness';
import { kustomizeBuildStep } from './runner';

const resource = (kind: string, name: string, namespace?: string) =>
  `apiVersion: ${
    kind === 'Deployment' ? 'apps/v1' : 'v1'
  }\nkind: ${kind}\nmetadata:\n  name: ${name}\n${
    namespace ? `  namespace: ${namespace}\n` : ''
  }`;

const chart = {
  'charts/c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
  'charts/c/values.yaml': 'color: red\n',
  'charts/c/templates/m.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {color: "{{ .Values.color }}", kube: "{{ .Capabilities.KubeVersion }}", api: "{{ .Capabilities.APIVersions.Has "acme/v1" }}"}\n',
};

describe('kustomize-build', () => {
  let harness: StepHarness;

  const build = (config: JsonObject = {}) =>
    harness.run(kustomizeBuildStep, { path: '.', outPath: 'out', ...config });
  const failure = (config?: JsonObject): Promise<Error> =>
    build(config).then(
      () => new Error('it succeeded'),
      error => error,
    );

  beforeAll(async () => {
    harness = await StepHarness.start();
  }, 120_000);
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  it.each<[string, string[], JsonObject, string[]]>([
    [
      'a resource',
      [resource('Deployment', 'web')],
      {},
      ['deployment-web.yaml'],
    ],
    [
      'one of a namespace',
      [resource('Deployment', 'web', 'prod')],
      {},
      ['prod-deployment-web.yaml'],
    ],
    [
      'one in the names of Kustomize',
      [resource('Deployment', 'web', 'prod')],
      { outputFormat: 'kustomize' },
      ['apps_v1_deployment_web.yaml'],
    ],
    [
      'several namespaces in the names of Kustomize',
      [resource('Service', 'web', 'a'), resource('Deployment', 'web')],
      { outputFormat: 'kustomize' },
      ['a_v1_service_web.yaml', 'apps_v1_deployment_web.yaml'],
    ],
    [
      'one namespace beside what belongs to the cluster',
      [
        resource('ConfigMap', 'a', 'x'),
        resource('Namespace', 'x'),
        'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: r\n',
      ],
      { outputFormat: 'kustomize' },
      [
        'rbac.authorization.k8s.io_v1_clusterrole_r.yaml',
        'v1_configmap_a.yaml',
        'v1_namespace_x.yaml',
      ],
    ],
    [
      'a namespace that is a word for no',
      [resource('ConfigMap', 'on', 'n')],
      {},
      ['n-configmap-on.yaml'],
    ],
  ])(
    'names the files of %s',
    async (_, resources, config, names) => {
      await harness.write({
        'kustomization.yaml': 'resources: [all.yaml]\n',
        'all.yaml': resources.join('---\n'),
      });
      await expect(build(config)).resolves.toEqual({ kind: 'succeeded' });
      await expect(harness.list('out')).resolves.toEqual(names);
    },
    60_000,
  );

  it('writes one file of all, or each by itself', async () => {
    await harness.write({
      'kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: my-\n',
      'all.yaml': `# note\n${resource('ConfigMap', 'b')}---\n${resource(
        'ConfigMap',
        'a',
      )}data:\n  text: |\n    x\n`,
    });
    const a = `apiVersion: v1\ndata:\n  text: |\n    x\nkind: ConfigMap\nmetadata:\n  name: my-a\n`;
    const b = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: my-b\n`;
    await build({ outPath: 'out/all.yml' });
    await expect(harness.read('out/all.yml')).resolves.toBe(`${a}---\n${b}`);
    await harness.write({ 'each/old.yaml': 'old' });
    await build({ outPath: 'each' });
    await expect(harness.read('each/configmap-my-a.yaml')).resolves.toBe(a);
    await expect(harness.list('each')).resolves.toEqual([
      'configmap-my-a.yaml',
      'configmap-my-b.yaml',
      'old.yaml',
    ]);
    await expect(harness.leftovers()).resolves.toEqual([]);
  }, 60_000);

  it('reads files beside its own folder, and folders that it builds upon', async () => {
    await harness.write({
      'repo/env/test/kustomization.yaml':
        'resources: [../../base, ../../shared/cm.yaml]\npatches: [{path: ../../shared/patch.yaml}]\nconfigMapGenerator:\n- name: g\n  options: {disableNameSuffixHash: true}\n  files: [mine=../../shared/file.txt]\n',
      'repo/base/kustomization.yaml': 'resources: [d.yaml]\n',
      'repo/base/d.yaml': resource('Deployment', 'web'),
      'repo/shared/cm.yaml': resource('ConfigMap', 'c'),
      'repo/shared/patch.yaml': `${resource(
        'Deployment',
        'web',
      )}spec:\n  replicas: 3\n`,
      'repo/shared/file.txt': 'hello',
    });
    await build({ path: 'repo/env/test', outPath: 'o.yaml' });
    const built = await harness.read('o.yaml');
    expect(built).toContain('replicas: 3');
    expect(built).toContain('mine: hello');
  }, 60_000);

  it.each<[string, string, string]>([
    [
      'an absolute path',
      'resources: [/etc/passwd]\n',
      'names "/etc/passwd", which is outside',
    ],
    [
      'a path out of the folder',
      'resources: [../../../../x.yaml]\n',
      "which is outside of the Promotion's folder",
    ],
    [
      'a secret from a path out of the folder',
      'secretGenerator:\n- name: s\n  files: [key=../../../../../proc/self/environ]\n',
      "which is outside of the Promotion's folder",
    ],
    [
      'a plugin that patches from a path out of the folder',
      'resources: [../shared.yaml]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: PatchTransformer\n  metadata: {name: p}\n  path: /etc/passwd\n',
      'names "/etc/passwd", which is outside',
    ],
    [
      'a plugin in a file of its own',
      'transformers: [t.yaml]\n',
      'names "/etc/hosts", which is outside',
    ],
    [
      'a path out of the folder in a field of another case',
      'ConfigMapGenerator:\n- name: s\n  ENVS: [../../../../x.env]\n',
      'names "../../../../x.env", which is outside',
    ],
    [
      'one of two fields that differ in case alone',
      'resources: [../shared.yaml]\nRe\u017fources: [../../../../x.yaml]\n',
      'names "../../../../x.yaml", which is outside',
    ],
    [
      'a path out of the folder that looks like a key and a path',
      'configMapGenerator:\n- name: s\n  envs: ["../../../../k=v/../x.env"]\n',
      'names "../../../../k=v/../x.env", which is outside',
    ],
    [
      'a path out of the folder behind a merge',
      '<<: {configMapGenerator: [{name: s, envs: [../../../../x.env]}]}\n',
      'names "../../../../x.env", which is outside',
    ],
    [
      'a plugin on one line',
      'transformers: ["{apiVersion: builtin, kind: PatchTransformer, metadata: {name: p}, path: /etc/hosts}"]\n',
      'names "/etc/hosts", which is outside',
    ],
    [
      'a plugin whose first key looks like an address',
      'generators: ["https://x: 1\\napiVersion: builtin\\nkind: ConfigMapGenerator\\nmetadata: {name: g}\\nfiles: [/etc/hosts]\\n"]\n',
      'names "/etc/hosts", which is outside',
    ],
    [
      'plugins that their kustomization would change',
      'generators: [changed]\n',
      'has "patches"; kustomize-build judges such plugins',
    ],
    [
      'plugins of a folder that was looked at for its resources',
      'resources: [first, second]\n',
      'names "/etc/hosts", which is outside',
    ],
    [
      'a chart beside the folder of charts',
      'helmCharts: [{name: ../../../../c, releaseName: r}]\n',
      'takes a chart "../../../../c", whose name leads elsewhere',
    ],
    [
      'a chart of the network',
      'helmCharts: [{name: c, repo: "https://charts.example.com", version: 1.0.0}]\n',
      'takes a chart from "https://charts.example.com"',
    ],
  ])(
    'refuses %s',
    async (_, kustomization, message) => {
      await harness.write({
        'shared.yaml': resource('ConfigMap', 'c'),
        'app/kustomization.yaml': kustomization,
        'app/t.yaml':
          'apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npath: /etc/hosts\n',
        'app/changed/kustomization.yaml':
          'resources: [g.yaml]\npatches: [{patch: "[]", target: {kind: ConfigMapGenerator}}]\n',
        'app/changed/g.yaml':
          'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: g}\nfiles: [a]\n',
        'app/first/kustomization.yaml': 'transformers: [../both]\n',
        'app/second/kustomization.yaml': 'resources: [../both]\n',
        'app/both/kustomization.yaml': 'resources: [../t.yaml]\n',
      });
      const error = await failure({ path: 'app' });
      expect(error.message).toContain(message);
      await expect(harness.list()).resolves.not.toContain('out');
    },
    60_000,
  );

  it.each([
    ['app/x.yaml', 'x.yaml', '/etc/hostname'],
    ['app/x.yaml', 'x.yaml', '/etc'],
    ['base', '../base', '/etc'],
    ['shared.yaml', '../shared.yaml', '/etc/hostname'],
  ])(
    'does not follow the link %s, named %s, to %s',
    async (link, reference, target) => {
      await harness.write({
        'app/kustomization.yaml': `resources: [${reference}]\n`,
      });
      await symlink(target, harness.at(link));
      const error = await failure({ path: 'app' });
      expect(error.message).toContain(`"${link}"`);
      expect(error.message).not.toContain(harness.folder);
    },
    60_000,
  );

  it.each<[string, string]>([
    ['no kustomization', 'nope.txt'],
    ['two of them', 'Kustomization'],
  ])(
    'tells of a folder with %s',
    async (_, name) => {
      await harness.write({ [name]: '{}', 'k/kustomization.yaml': '{}' });
      await harness.write(
        name === 'Kustomization' ? { 'kustomization.yaml': '{}' } : {},
      );
      expect((await failure()).message).toContain('kustomization in "."');
    },
    60_000,
  );

  it('writes nothing outside of its folder, whatever a resource is called', async () => {
    await harness.write({
      'kustomization.yaml': 'resources: [r.yaml]\n',
      'r.yaml': resource('../owned/marker', 'x'),
    });
    expect((await failure()).message).toContain('is no plain name');
    await expect(harness.list()).resolves.toEqual([
      'kustomization.yaml',
      'r.yaml',
    ]);
  }, 60_000);

  it('tells two resources that would share a file', async () => {
    await harness.write({
      'kustomization.yaml': 'resources: [r.yaml]\n',
      'r.yaml': `apiVersion: a/v1\nkind: K\nmetadata: {name: x}\n---\napiVersion: b/v1\nkind: K\nmetadata: {name: x}\n`,
    });
    expect((await failure()).message).toContain(
      '"k-x.yaml" would hold both K x and K x',
    );
    await build({ outputFormat: 'kustomize' });
    await expect(harness.list('out')).resolves.toEqual([
      'a_v1_k_x.yaml',
      'b_v1_k_x.yaml',
    ]);
  }, 60_000);

  it.each([
    ['a missing resource', 'resources: [gone.yaml]\n', 'gone.yaml'],
    ['a text that is no YAML', 'resources: [\n', 'cannot be read'],
  ])(
    'tells of %s without places on the disk',
    async (_, text, message) => {
      await harness.write({ 'kustomization.yaml': text });
      const error = await failure();
      expect(error.message).toContain(message);
      expect(error.message).not.toContain(harness.folder);
    },
    60_000,
  );

  it('names the settings when the portal has no Kustomize', async () => {
    const other = await StepHarness.start({ programs: { kubectl: 'nope' } });
    try {
      await other.write({ 'kustomization.yaml': '{}' });
      await expect(
        other.run(kustomizeBuildStep, { path: '.', outPath: 'o' }),
      ).rejects.toMatchObject({
        name: 'TerminalError',
        message: expect.stringContaining(
          'kargo.programs.kustomize or kargo.programs.kubectl',
        ),
      });
    } finally {
      await other.close();
    }
  }, 60_000);
});

describe.each([3, 4] as const)('kustomize-build with Helm %d', helm => {
  let harness: StepHarness;
  beforeAll(async () => {
    harness = await StepHarness.start({ helm });
  }, 120_000);
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  it('renders for the version that is given in one word', async () => {
    await harness.write({
      ...chart,
      'kustomization.yaml':
        'helmCharts: [{name: c, releaseName: r}]\nhelmGlobals: {chartHome: charts}\n',
    });
    await harness.run(kustomizeBuildStep, {
      path: '.',
      outPath: 'o.yaml',
      'plugin.helm.kubeVersion': '1.28.0',
    });
    await expect(harness.read('o.yaml')).resolves.toContain('kube: v1.28.0');
  }, 60_000);

  it('takes values that look like paths and addresses for values', async () => {
    await harness.write({
      ...chart,
      'kustomization.yaml':
        'helmCharts: [{name: c, releaseName: r, valuesInline: {path: /healthz, repo: https://example.com/r, files: [https://example.com/x], color: green}}]\nhelmGlobals: {chartHome: charts}\nconfigMapGenerator: [{name: g, literals: [a=b], options: {disableNameSuffixHash: true, annotations: {path: "https://example.com"}}}]\n',
    });
    await harness.run(kustomizeBuildStep, { path: '.', outPath: 'o.yaml' });
    const built = await harness.read('o.yaml');
    expect(built).toContain('color: green');
    expect(built).toContain('path: https://example.com');
  }, 60_000);

  it.each<[string, Record<string, string>]>([
    [
      'of its own folder',
      {
        'kustomization.yaml':
          'helmCharts: [{name: c, releaseName: r, valuesFile: v.yaml, skipTests: true}]\nhelmGlobals: {chartHome: charts}\n',
      },
    ],
    [
      'that a generator names',
      {
        'kustomization.yaml': 'generators: [g.yaml]\n',
        'g.yaml':
          'apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: g}\nname: c\nreleaseName: r\nchartHome: charts\nvaluesFile: v.yaml\n',
      },
    ],
  ])(
    'renders a chart %s',
    async (_, files) => {
      await harness.write({ ...chart, ...files, 'v.yaml': 'color: blue\n' });
      await harness.run(kustomizeBuildStep, {
        path: '.',
        outPath: 'o.yaml',
        plugin: { helm: { kubeVersion: '1.29.0', apiVersions: ['acme/v1'] } },
      });
      const built = await harness.read('o.yaml');
      expect(built).toContain('color: blue');
      expect(built).toContain('kube: v1.29.0');
      expect(built).toContain('api: "true"');
    },
    60_000,
  );
});
