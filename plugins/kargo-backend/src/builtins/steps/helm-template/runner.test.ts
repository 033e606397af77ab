import { JsonObject } from 'backstage-plugin-kargo-common';
import { symlink } from 'node:fs/promises';
import { StepHarness } from '../../../testing/StepHarness';
import { helmTemplateStep } from './runner';

const configMap = (name: string, namespace?: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${
    namespace ? `  namespace: ${namespace}\n` : ''
  }`;

const show = (expression: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  seen: {{ ${expression} | quote }}\n`;

function chart(
  templates: Record<string, string>,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    'c/Chart.yaml': 'apiVersion: v2\nname: c\nversion: 1.0.0\n',
    ...Object.fromEntries(
      Object.entries(templates).map(([name, text]) => [
        `c/templates/${name}`,
        text,
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(more).map(([name, text]) => [`c/${name}`, text]),
    ),
  };
}

describe.each([3, 4] as const)('helm-template with Helm %d', helm => {
  let harness: StepHarness;

  const render = (config: JsonObject = {}) =>
    harness.run(helmTemplateStep, {
      path: 'c',
      outPath: 'out',
      releaseName: 'r',
      ...config,
    });

  beforeAll(async () => {
    harness = await StepHarness.start({ helm });
  }, 120_000);
  beforeEach(() => harness.reset());
  afterAll(() => harness.close());

  it('writes one file, with hooks behind the rest', async () => {
    await harness.write(
      chart({
        'a-hook.yaml': configMap('h').replace(
          'metadata:\n',
          'metadata:\n  annotations: {"helm.sh/hook": pre-install}\n',
        ),
        't.yaml': show('.Release.Namespace'),
      }),
    );
    await expect(
      render({ outPath: 'o.yaml', namespace: 'n' }),
    ).resolves.toEqual({ kind: 'succeeded' });
    await expect(harness.read('o.yaml')).resolves.toBe(
      `---
# Source: c/templates/t.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: m
data:
  seen: "n"
---
# Source: c/templates/a-hook.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  annotations: {"helm.sh/hook": pre-install}
  name: h
`,
    );
    await expect(harness.leftovers()).resolves.toEqual([]);
  }, 60_000);

  it('writes a folder like the chart, for the project’s namespace', async () => {
    await harness.write(
      chart({
        't.yaml': show('.Release.Namespace'),
        'two.yaml': `${configMap('x')}---\n${configMap('y')}`,
      }),
    );
    await render();
    await expect(harness.list('out')).resolves.toEqual([
      'c/templates/t.yaml',
      'c/templates/two.yaml',
    ]);
    await expect(harness.read('out/c/templates/t.yaml')).resolves.toContain(
      'seen: "proj"',
    );
    await expect(harness.read('out/c/templates/two.yaml')).resolves.toBe(
      ['x', 'y']
        .map(name => `---\n# Source: c/templates/two.yaml\n${configMap(name)}`)
        .join(''),
    );
  }, 60_000);

  it('puts the release in front, but not of definitions', async () => {
    const crd = `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a.b.c\n`;
    await harness.write(
      chart({ 't.yaml': configMap('m') }, { 'crds/a.yaml': crd }),
    );
    await render({ useReleaseName: true, includeCRDs: true });
    await expect(harness.list('out')).resolves.toEqual([
      'c/crds/a.yaml',
      'r/c/templates/t.yaml',
    ]);
    await render({ outPath: 'without' });
    await expect(harness.list('without')).resolves.toEqual([
      'c/templates/t.yaml',
    ]);
  }, 60_000);

  it('names files after resources in the layout flat', async () => {
    const crd = (name: string) =>
      `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: ${name}\n`;
    await harness.write(
      chart(
        {
          't.yaml': `${configMap('cfg', 'n')}---\n${configMap('S', 'n').replace(
            'ConfigMap',
            'Secret',
          )}`,
          'policy.yaml':
            'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: kube-system}\n',
          'odd.yaml': 'kind: List\n---\nkind: Other\n',
          'off.yaml': '# switched off\n',
        },
        {
          'crds/all.yaml': `# of a project\n---\n${crd('a')}--- # next\n${crd(
            'b',
          )}---\n\n# no more\n`,
        },
      ),
    );
    await render({ outLayout: 'flat', includeCRDs: true });
    await expect(harness.list('out')).resolves.toEqual([
      'apiextensions_k8s_io-customresourcedefinition-a.yaml',
      'apiextensions_k8s_io-customresourcedefinition-b.yaml',
      'configmap-n-cfg.yaml',
      'networking_k8s_io-networkpolicy-kube-system-np.yaml',
      'resource-0.yaml',
      'resource-1.yaml',
      'secret-n-s.yaml',
    ]);
    await expect(harness.read('out/configmap-n-cfg.yaml')).resolves.toBe(
      `# Source: c/templates/t.yaml\n${configMap('cfg', 'n').trim()}`,
    );
  }, 60_000);

  it.each<[string, Record<string, string>, string]>([
    [
      'two resources that would share a file',
      {
        'a.yaml': configMap('m'),
        'b.yaml': configMap('m'),
      },
      '"configmap-m.yaml" would hold both ConfigMap m of c/templates/a.yaml and ConfigMap m of c/templates/b.yaml',
    ],
    [
      'a resource whose name is a path',
      { 'a.yaml': configMap('../../x') },
      'is no plain name',
    ],
  ])(
    'refuses %s, and writes nothing',
    async (_, templates, message) => {
      await harness.write(chart(templates));
      await expect(render({ outLayout: 'flat' })).rejects.toThrow(message);
      await expect(harness.list()).resolves.not.toContain('out');
    },
    60_000,
  );

  it('takes values from files in order, then from settings, literal ones last', async () => {
    await harness.write({
      ...chart({
        't.yaml': show('list .Values.a .Values.b .Values.c .Values.d'),
      }),
      'one.yaml': 'a: one\nb: one\nc: one\nd: one\n',
      'two.yaml': 'b: two\nc: two\nd: two\n',
    });
    await render({
      outPath: 'o.yaml',
      valuesFiles: ['one.yaml', 'two.yaml'],
      setValues: [
        { key: 'd', value: 'x,y=1', literal: true },
        { key: 'c', value: 'set' },
        { key: 'd', value: 'loses' },
      ],
    });
    await expect(harness.read('o.yaml')).resolves.toContain(
      'seen: "[one two set x,y=1]"',
    );
  }, 60_000);

  it('lets a missing values file pass only when told', async () => {
    await harness.write(chart({ 't.yaml': configMap('m') }));
    const valuesFiles = ['x.yaml'];
    await expect(render({ valuesFiles })).rejects.toThrow(
      'there is no values file "x.yaml"',
    );
    await expect(
      render({ valuesFiles, ignoreMissingValueFiles: true }),
    ).resolves.toEqual({ kind: 'succeeded' });
  }, 60_000);

  it('renders for the cluster that it is told of', async () => {
    await harness.write(
      chart({
        't.yaml': show(
          'list .Capabilities.KubeVersion.Minor (.Capabilities.APIVersions.Has "acme/v1")',
        ),
        'tests/t.yaml': configMap('test').replace(
          'metadata:\n',
          'metadata:\n  annotations: {"helm.sh/hook": test}\n',
        ),
        'hook.yaml': configMap('hook').replace(
          'metadata:\n',
          'metadata:\n  annotations: {"helm.sh/hook": post-install}\n',
        ),
      }),
    );
    await render({
      kubeVersion: '1.29.0',
      apiVersions: ['acme/v1'],
      skipTests: true,
    });
    await expect(harness.list('out')).resolves.toEqual([
      'c/templates/hook.yaml',
      'c/templates/t.yaml',
    ]);
    await expect(harness.read('out/c/templates/t.yaml')).resolves.toContain(
      'seen: "[29 true]"',
    );
    await render({ outPath: 'none', disableHooks: true });
    await expect(harness.list('none')).resolves.toEqual(['c/templates/t.yaml']);
  }, 60_000);

  it.each<[string, Record<string, string>, JsonObject, string]>([
    ['a chart that is not there', {}, {}, 'there is no chart at "c"'],
    [
      'a dependency that is not there',
      {
        'c/Chart.yaml':
          'apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n- {name: d, version: 1.0.0, repository: "https://charts.example.com"}\n',
      },
      {},
      'missing in charts/ directory: d',
    ],
    [
      'a dependency outside of the folder, in fields of another case',
      {
        'c/Chart.yaml':
          'apiVersion: v2\nname: c\nversion: 1.0.0\nDependencies:\n- {name: d, version: 1.0.0, Repository: "file://../../../../x"}\n',
      },
      { buildDependencies: true },
      "which is outside of the Promotion's folder",
    ],
    ...['requirements.yaml', 'Chart.lock', 'requirements.lock'].map(
      (name): [string, Record<string, string>, JsonObject, string] => [
        `a dependency outside of the folder, in a ${name}`,
        {
          'e/Chart.yaml': 'apiVersion: v2\nname: e\nversion: 1.0.0\n',
          'c/Chart.yaml':
            'apiVersion: v2\nname: c\nversion: 1.0.0\ndependencies:\n- {name: e, version: 1.0.0, repository: "file://../e"}\n',
          [`c/${name}`]:
            'dependencies:\n- {name: d, version: 1.0.0, repository: "file://../../../../x"}\n',
        },
        { buildDependencies: true },
        "which is outside of the Promotion's folder",
      ],
    ),
    [
      'a Kubernetes version that is none',
      chart({ 't.yaml': configMap('m') }),
      { kubeVersion: 'not-a-version' },
      'not-a-version',
    ],
    [
      'a release name that looks like an option',
      chart({ 't.yaml': configMap('m') }),
      { releaseName: '--output-dir=/' },
      'invalid release name',
    ],
  ])(
    'tells of %s',
    async (_, files, config, message) => {
      await harness.write(files);
      const error: Error = await render(config).then(
        () => new Error('it succeeded'),
        e => e,
      );
      expect(error.message).toContain(message);
      expect(error.message).not.toContain(harness.folder);
    },
    60_000,
  );

  it('does not read what a link in the chart leads to outside', async () => {
    await harness.write(chart({ 't.yaml': configMap('m') }));
    await symlink('/etc/hostname', harness.at('c/templates/x.yaml'));
    await expect(render()).rejects.toThrow(
      'the link "c/templates/x.yaml" leads to nothing inside the work folder',
    );
  }, 60_000);
});

describe('helm-template', () => {
  it.each<[string, JsonObject, string]>([
    ['no release name', { path: 'c', outPath: 'o' }, 'releaseName'],
    [
      'a value that is no text',
      {
        path: 'c',
        outPath: 'o',
        releaseName: 'r',
        setValues: [{ key: 'a', value: 1 }],
      },
      'Expected: string, given: integer',
    ],
  ])(
    'refuses %s',
    async (_, config, message) => {
      const harness = await StepHarness.start({ programs: {} });
      try {
        await expect(
          harness.run(helmTemplateStep, config),
        ).resolves.toMatchObject({
          kind: 'failed',
          final: true,
          reason: expect.stringContaining(message),
        });
      } finally {
        await harness.close();
      }
    },
    60_000,
  );

  it('names the setting when the portal has no Helm', async () => {
    const harness = await StepHarness.start({
      programs: { helm: 'no-such-helm' },
    });
    try {
      await harness.write(chart({ 't.yaml': configMap('m') }));
      await expect(
        harness.run(helmTemplateStep, {
          path: 'c',
          outPath: 'o',
          releaseName: 'r',
        }),
      ).rejects.toMatchObject({
        name: 'TerminalError',
        message:
          'the program "helm" is not installed on the portal; install it or name it in kargo.programs.helm',
      });
    } finally {
      await harness.close();
    }
  }, 60_000);
});
