import { aStage, aWarehouse } from '../../dev/testing/builders';
import { findMistake, lintManifests } from './lintManifest';
import {
  CREATABLE_KINDS,
  manifestTemplate,
  SHARED_KINDS,
} from './manifestTemplates';
import { editableManifest, manifestName } from './manifestText';

function found(text: string): string[] {
  return lintManifests(text).map(
    ({ from, to, message }) => `${text.slice(from, to).trim()} | ${message}`,
  );
}

describe('the editor of manifests', () => {
  it.each([...CREATABLE_KINDS, ...SHARED_KINDS])(
    'begins with a %s that is valid as it is',
    kind => {
      expect(found(manifestTemplate(kind, 'shop'))).toEqual([]);
    },
  );

  it.each([aStage('test'), aWarehouse('web')])(
    'finds nothing wrong with what is stored',
    resource => {
      expect(found(editableManifest(resource))).toEqual([]);
    },
  );

  it('marks a field that Kargo does not know where it stands', () => {
    const text = manifestTemplate('Warehouse', 'shop').replace(
      'interval: 5m',
      'interval: 5m\n  intervall: 6m',
    );
    expect(found(text)).toEqual([
      'intervall | ignored spec.intervall: found an unknown field, expected "interval"',
    ]);
  });

  it('marks what lacks a field', () => {
    const text = manifestTemplate('Warehouse', 'shop').replace(
      /subscriptions:[^]*$/,
      '',
    );
    const [problem] = lintManifests(text);
    expect(problem.message).toBe(
      'spec.subscriptions: found nothing, expected an array',
    );
    expect(text.slice(problem.from, problem.to)).toBe('spec');
  });

  it.each([
    ['kind: Stgae\n', /^kind: found "Stgae", expected one of Project/],
    ['a: [1\n', /Flow sequence|flow collection/i],
    [
      '- 1\n',
      /^\(root\): found a list of 1, expected an object with apiVersion/,
    ],
    [
      'kind: Stage\napiVersion: v2\n',
      /^apiVersion: found "v2", expected "kargo.akuity.io\/v1alpha1"$/,
    ],
  ])('says what is wrong with %j', (text, message) => {
    expect(lintManifests(text)[0].message).toMatch(message);
  });

  it('checks every item of a list, and tells where it stands', () => {
    const items = [
      manifestTemplate('Project', ''),
      manifestTemplate('Warehouse', 'shop').replace(
        'interval: 5m',
        'interval: 5m\n  intervall: 6m',
      ),
      'kind: Stgae\n',
    ]
      .map(item => `- ${item.trim().replaceAll('\n', '\n  ')}\n`)
      .join('');
    expect(found(`apiVersion: v1\nkind: List\nitems:\n${items}`)).toEqual([
      'intervall | ignored spec.intervall: found an unknown field, expected "interval"',
      expect.stringMatching(/^kind \| kind: found "Stgae"/),
    ]);
  });

  it('finds nothing wrong with an empty list', () => {
    expect(found('kind: List\nitems: []\n')).toEqual([]);
  });

  it('checks every document of several', () => {
    const text = `${manifestTemplate('Project', '')}---\nkind: Nothing\n`;
    expect(found(text)).toHaveLength(1);
  });

  it.each(['yes', 'On', '!!bool "true"'])(
    'takes %s for true, as the server does',
    word => {
      const text = `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: shop}
spec:
  requestedFreight:
    - origin: {kind: Warehouse, name: web}
      sources: {direct: ${word}}
`;
      expect(found(text)).toEqual([]);
    },
  );

  it.each<[string, string, string]>([
    [
      'policies of older Projects',
      `${manifestTemplate(
        'Project',
        'shop',
      )}spec: {promotionPolicies: [{stage: test, autoPromotionEnabled: true}]}\n`,
      'promotionPolicies | ignored spec.promotionPolicies: found an unknown field, expected it in the spec of a ProjectConfig named like the Project',
    ],
    [
      'an older name of a field',
      manifestTemplate('Warehouse', 'shop').replace(
        'constraint:',
        'semverConstraint:',
      ),
      'semverConstraint | spec.subscriptions[0].image.semverConstraint: this is the name that "constraint" had in older releases; it is read as that',
    ],
    [
      'a key that stands twice',
      `${manifestTemplate('Project', 'shop')}kind: Project\n`,
      'k | this key stands more than once in its mapping; the last one counts',
    ],
    [
      'what belongs to a cluster',
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n',
      'kind | kind: belongs to a cluster, and is not kept',
    ],
  ])('warns of %s and lets it be sent', (_, text, problem) => {
    expect(found(text)).toEqual([problem]);
    expect(lintManifests(text)).toMatchObject([{ severity: 'warning' }]);
    expect(findMistake(text)).toBeUndefined();
    expect(findMistake(`${text}---\nkind: Stgae\n`)).toMatch(
      /^kind: found "Stgae", expected one of Project/,
    );
  });

  it('refuses an unknown field of a subscription, as the server does', () => {
    const text = manifestTemplate('Warehouse', 'shop').replace(
      'constraint:',
      'constrain:',
    );
    expect(findMistake(text)).toBe(
      'spec.subscriptions[0].image.constrain: found an unknown field, expected "constraint"',
    );
  });

  it('refuses both names of a field, as the server does', () => {
    const text = manifestTemplate('Warehouse', 'shop').replace(
      /^( *)constraint:.*$/m,
      '$1constraint: ^1.0.0\n$1semverConstraint: ^2.0.0',
    );
    expect(findMistake(text)).toBe(
      'spec.subscriptions[0].image.semverConstraint: found the older name of "constraint" beside it, expected only "constraint"',
    );
  });

  it.each([
    ['kind: Stgae\n', ''],
    ['', 'spec: {x: 1}\n'],
  ])(
    'judges the last of two equal keys (%j, %j), as the server does',
    (before, after) => {
      const text = `${before}${manifestTemplate('Warehouse', 'shop')}${after}`;
      const errors = lintManifests(text).filter(
        ({ severity }) => severity === 'error',
      );
      expect(errors.map(({ from, message }) => [from, message])).toEqual(
        after
          ? [
              [
                text.indexOf(after),
                'spec.subscriptions: found nothing, expected an array',
              ],
            ]
          : [],
      );
    },
  );

  it('takes a label with nothing behind it for an empty text, as the server does', () => {
    const text = manifestTemplate('Project', 'shop').replace(
      'name: shop',
      'name: shop\n  labels: {team: }',
    );
    expect(text).toContain('team');
    expect(findMistake(text)).toBeUndefined();
  });

  it('takes a field with nothing behind it for absent, as the server does', () => {
    const text = `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: test, namespace: shop, labels: }
spec:
  vars:
  requestedFreight:
    - origin: {kind: Warehouse, name: web}
      sources: {direct: true, stages: }
`;
    expect(found(text)).toEqual([]);
    expect(found(text.replace(/requestedFreight:[^]*/, ''))).toEqual([
      expect.stringMatching(/^spec \| spec\.requestedFreight: /),
    ]);
  });

  it('says nothing of an empty text', () => {
    expect(lintManifests('')).toEqual([]);
  });
});

describe('what is edited', () => {
  it('leaves out what only the engine writes, and keeps the version', () => {
    const text = editableManifest(
      aStage('test', { status: { health: { status: 'Healthy' } } }),
    );
    expect(text).toContain('resourceVersion: "1"');
    expect(text).not.toMatch(/status:|uid:|creationTimestamp:|generation:/);
  });

  it('names what is deleted, and no more', () => {
    expect(manifestName(aStage('test'))).toEqual({
      apiVersion: 'kargo.akuity.io/v1alpha1',
      kind: 'Stage',
      metadata: { name: 'test', namespace: 'shop' },
    });
  });
});
