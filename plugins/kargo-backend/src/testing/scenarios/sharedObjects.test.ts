import { ANNOTATIONS, Resource } from 'backstage-plugin-kargo-common';
import { EngineHarness } from '../EngineHarness';

jest.setTimeout(120_000);

const SHARED = 'kargo-shared-resources';
const JO = { actor: 'user:default/jo' };

const project = (name: string) => `---
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: ${name} }
`;

interface Parts {
  namespace?: string;
  data?: string;
  labels?: string;
  annotations?: string;
}

const TO_ALL = `{ ${ANNOTATIONS.replicateTo}: '*', example.com/team: web }`;
const GENERIC = '{ kargo.akuity.io/cred-type: generic }';

/** An object named `registry`, shared with every project unless told otherwise. */
const object = (kind: 'Secret' | 'ConfigMap', parts: Parts = {}) => `---
apiVersion: v1
kind: ${kind}
metadata:
  name: registry
  namespace: ${parts.namespace ?? SHARED}
  labels: ${parts.labels ?? GENERIC}
  annotations: ${parts.annotations ?? TO_ALL}
data: ${parts.data ?? '{ token: dG9rZW4= }'}
`;

describe.each(['Secret', 'ConfigMap'] as const)('a shared %s', kind => {
  let harness: EngineHarness;

  beforeEach(async () => {
    harness = await EngineHarness.create();
    await harness.apply(project('web') + project('shop'));
    await harness.settle();
  });
  afterEach(() => harness.stop());

  const apply = async (yaml: string) => {
    await harness.apply(yaml);
    await harness.settle();
  };
  const find = (namespace: string) =>
    harness.store.find({ kind, namespace, name: 'registry' });
  const dataIn = async (namespace: string) =>
    ((await find(namespace)) as (Resource & { data?: object }) | undefined)
      ?.data;
  const remove = async (namespace: string) => {
    const key = { kind, namespace, name: 'registry' };
    await harness.admission.delete(key, JO);
    await harness.settle();
  };

  it('that says so is copied into every project, with what it is labelled and annotated', async () => {
    await apply(object(kind));
    for (const namespace of ['web', 'shop']) {
      expect(await find(namespace)).toMatchObject({
        metadata: {
          labels: {
            'kargo.akuity.io/cred-type': 'generic',
            'kargo.akuity.io/replicated-from': 'registry',
            'kargo.akuity.io/replicated-sha':
              expect.stringMatching(/^[0-9a-f]{16}$/),
          },
          annotations: {
            'example.com/team': 'web',
            'kargo.akuity.io/replicated-at': expect.stringMatching(/Z$/),
          },
        },
        data: { token: 'dG9rZW4=' },
      });
      expect((await find(namespace))!.metadata.annotations).not.toHaveProperty([
        ANNOTATIONS.replicateTo,
      ]);
    }
  });

  it('is copied into a project that is made later', async () => {
    await apply(object(kind));
    await apply(project('late'));
    expect(await dataIn('late')).toEqual({ token: 'dG9rZW4=' });
  });

  it.each([
    ['says something else', { data: '{ token: bmV3 }' }, { token: 'bmV3' }],
    [
      'has another label',
      { labels: '{ kargo.akuity.io/cred-type: generic, a: b }' },
      { token: 'dG9rZW4=' },
    ],
  ])('takes its copies along when it %s', async (_, parts, data) => {
    await apply(object(kind));
    const before = (await find('web'))!.metadata;
    await apply(object(kind, parts));
    const after = await find('web');
    expect(await dataIn('web')).toEqual(data);
    expect(after!.metadata.uid).toBe(before.uid);
    expect(after!.metadata.labels).not.toEqual(before.labels);
  });

  it('writes no copy anew that says what it does', async () => {
    await apply(object(kind));
    const before = await find('web');
    await harness.restart();
    await harness.settle();
    await apply(project('late'));
    expect(await find('web')).toEqual(before);
  });

  it.each([
    [
      'does not say so any more',
      () => apply(object(kind, { annotations: '{ a: b }' })),
    ],
    ['is deleted', () => remove(SHARED)],
  ])('takes its copies back when it %s', async (_, end) => {
    await apply(object(kind));
    await end();
    expect(await find('web')).toBeUndefined();
    expect(await find('shop')).toBeUndefined();
  });

  it('leaves alone what a project has of its own by its name', async () => {
    const own = object(kind, {
      namespace: 'web',
      data: '{ a: b3du }',
      annotations: '{}',
    });
    await apply(own);
    await apply(object(kind));
    expect(await dataIn('web')).toEqual({ a: 'b3du' });
    expect(await dataIn('shop')).toEqual({ token: 'dG9rZW4=' });
    await remove(SHARED);
    expect(await dataIn('web')).toEqual({ a: 'b3du' });
    await remove('web');
    expect(await find('web')).toBeUndefined();
  });

  it('has copies that nobody else changes or deletes', async () => {
    await apply(object(kind));
    const refused = {
      name: 'NotAllowedError',
      message: `${kind} 'registry' is a copy of the shared ${kind} 'registry', which every project has; change that one`,
    };
    await expect(
      harness.apply(object(kind, { namespace: 'web', data: '{ a: b3du }' })),
    ).rejects.toMatchObject(refused);
    await expect(remove('web')).rejects.toMatchObject(refused);
    expect(await dataIn('web')).toEqual({ token: 'dG9rZW4=' });
  });

  it('is not what somebody writes with the marks of a copy', async () => {
    await apply(
      object(kind, {
        namespace: 'web',
        labels:
          '{ kargo.akuity.io/cred-type: generic, kargo.akuity.io/replicated-from: registry, kargo.akuity.io/replicated-sha: abc }',
        annotations:
          "{ kargo.akuity.io/replicated-at: '2026-01-01T00:00:00Z' }",
      }),
    );
    const written = (await find('web'))!.metadata;
    expect(written.labels).toEqual({ 'kargo.akuity.io/cred-type': 'generic' });
    expect(written.annotations ?? {}).not.toHaveProperty([
      'kargo.akuity.io/replicated-at',
    ]);
    await remove('web');
    expect(await find('web')).toBeUndefined();
  });

  it.each([
    ['does not say so', { annotations: '{}' }],
    [
      'says it of something else than all',
      { annotations: `{ ${ANNOTATIONS.replicateTo}: web }` },
    ],
    ['lies in a project', { namespace: 'shop' }],
  ])('is not copied when it %s', async (_, parts) => {
    await apply(object(kind, parts));
    expect(await find('web')).toBeUndefined();
  });

  it('does not come to a project that goes, nor keeps it from going', async () => {
    await apply(object(kind));
    await harness.admission.delete(
      { kind: 'Project', namespace: '', name: 'web' },
      JO,
    );
    for (let pass = 0; pass < 5; pass++) {
      await harness.advance(1_000);
    }
    await apply(object(kind, { data: '{ token: bmV3 }' }));
    expect(await find('web')).toBeUndefined();
    expect((await harness.list('Project')).map(p => p.metadata.name)).toEqual([
      'shop',
    ]);
  });
});

it('a shared Secret that is no credentials is not copied', async () => {
  const harness = await EngineHarness.create();
  try {
    await harness.apply(project('web') + object('Secret', { labels: '{}' }));
    await harness.settle();
    expect(await harness.list('Secret')).toHaveLength(1);
  } finally {
    await harness.stop();
  }
});
