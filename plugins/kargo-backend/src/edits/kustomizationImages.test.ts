import { parse } from 'yaml';
import { isEditError } from './EditError';
import {
  formatImage,
  KustomizationImage,
  setKustomizationImages,
} from './kustomizationImages';

const renamed = 'images:\n- name: nginx\n  newName: foo/nginx\n  newTag: "1"\n';

describe('setKustomizationImages', () => {
  it.each<[string, string, KustomizationImage[], string, string[]]>([
    [
      'adds the list',
      'kind: Kustomization\n',
      [{ name: 'nginx', newTag: '1.21.0' }],
      'kind: Kustomization\nimages:\n- name: nginx\n  newTag: 1.21.0\n',
      ['nginx:1.21.0'],
    ],
    [
      'replaces a whole entry',
      renamed,
      [{ name: 'nginx', digest: 'sha256:abc' }],
      'images:\n- name: nginx\n  digest: sha256:abc\n',
      ['nginx@sha256:abc'],
    ],
    [
      'keeps a field for a star',
      renamed,
      [{ name: 'nginx', newName: '*', newTag: '2' }],
      'images:\n- name: nginx\n  newName: foo/nginx\n  newTag: "2"\n',
      ['foo/nginx:2'],
    ],
    [
      'omits a star that finds nothing',
      'kind: Kustomization\n',
      [{ name: 'nginx', newName: '*', newTag: '2' }],
      'kind: Kustomization\nimages:\n- name: nginx\n  newTag: "2"\n',
      ['*:2'],
    ],
    [
      'quotes what looks like a number',
      'kind: Kustomization\n',
      [{ name: 'nginx', newTag: '1.10' }],
      'kind: Kustomization\nimages:\n- name: nginx\n  newTag: "1.10"\n',
      ['nginx:1.10'],
    ],
    [
      'sorts by name',
      'images:\n- name: mysql\n  newTag: 8.0.0\n',
      [
        { name: 'nginx', newTag: 'v1' },
        { name: 'a', newTag: 'v2' },
      ],
      'images:\n- name: a\n  newTag: v2\n- name: mysql\n  newTag: 8.0.0\n- name: nginx\n  newTag: v1\n',
      ['a:v2', 'mysql:8.0.0', 'nginx:v1'],
    ],
    [
      'adds an empty list',
      'kind: Kustomization\n',
      [],
      'kind: Kustomization\nimages: []\n',
      [],
    ],
    [
      'drops blank lines and the document marker',
      '---\nkind: Kustomization\n\n\nnamespace: x\n',
      [{ name: 'nginx', newTag: 'v1' }],
      'kind: Kustomization\nnamespace: x\nimages:\n- name: nginx\n  newTag: v1\n',
      ['nginx:v1'],
    ],
    [
      'drops further documents',
      'kind: Kustomization\n---\nkind: Other\n',
      [{ name: 'nginx', newTag: 'v1' }],
      'kind: Kustomization\nimages:\n- name: nginx\n  newTag: v1\n',
      ['nginx:v1'],
    ],
    [
      'keeps the flow style',
      'images: []\nkind: Kustomization\n',
      [{ name: 'nginx', newTag: 'v1' }],
      'images: [{name: nginx, newTag: v1}]\nkind: Kustomization\n',
      ['nginx:v1'],
    ],
    [
      'fills a list that is null',
      'images:\nkind: Kustomization\n',
      [{ name: 'nginx', newTag: 'v1' }],
      'images:\n- name: nginx\n  newTag: v1\nkind: Kustomization\n',
      ['nginx:v1'],
    ],
    [
      'keeps comments with their image',
      [
        '# head comment',
        'kind: Kustomization',
        '',
        'resources:',
        '    - deploy.yaml   # the deploy',
        'images:',
        '  # the web image',
        '  - name: nginx  # inline',
        '    newTag: "1.19.0" # tag comment',
        '  # the database',
        '  - name: mysql',
        '    newTag: 8.0.0',
        '# foot',
        '',
      ].join('\n'),
      [{ name: 'nginx', newTag: '1.21.0' }],
      [
        '# head comment',
        'kind: Kustomization',
        'resources:',
        '- deploy.yaml # the deploy',
        'images:',
        '# the database',
        '- name: mysql',
        '  newTag: 8.0.0',
        '# the web image',
        '- name: nginx # inline',
        '  newTag: 1.21.0 # tag comment',
        '# foot',
        '',
      ].join('\n'),
      ['mysql:8.0.0', 'nginx:1.21.0'],
    ],
    [
      'keeps a tag suffix and reads unquoted numbers as texts',
      'images:\n- name: a\n  newTag: 1.20\n  tagSuffix: -x\n  other: y\n',
      [],
      'images:\n- name: a\n  tagSuffix: -x\n  newTag: "1.20"\n',
      ['a:1.20'],
    ],
  ])('%s', (_, before, targets, after, refs) => {
    const result = setKustomizationImages(before, targets);
    expect(result.text).toBe(after);
    expect(result.images.map(formatImage)).toEqual(refs);
  });

  it.each<[string, string]>([
    ['an empty text', ''],
    ['a list', '- a\n'],
    ['images that are no list', 'images: x\n'],
    ['an image that is no mapping', 'images: [x]\n'],
    ['what is no YAML', 'a: [\n'],
    [
      'an alias that would lose its anchor',
      'images:\n- name: a\n  newTag: &t v1\nx: *t\n',
    ],
  ])('refuses %s', (_, text) => {
    let thrown: unknown;
    try {
      setKustomizationImages(text, [{ name: 'a', newTag: 'v2' }]);
    } catch (error) {
      thrown = error;
    }
    expect(isEditError(thrown)).toBe(true);
  });

  it.each([
    'n: 0123\nm: 1.10\nh: 0x10\no: 0o7\nf: 1e3\ne:\nt: ~\nb: True\ny: yes\n8080: x\n',
    'q: \'x\'\nd: "a\\tb"\nlit: |\n  a\n\n  b\nfold: >-\n  a b\n  c\n\n  d\nmulti: a\n  b\n',
    'patches:\n- patch: |-\n    - op: replace\n      path: /x\n  target:\n     kind: X\n',
    'a: &x {k: 1}\nb: *x\nc: [1, [2, {d: 3}]]\n? complex\n: v\n',
    '# only a comment\n\n# another\nkind: K # end\n',
  ])('leaves the meaning of everything else alone: %j', before => {
    const { text } = setKustomizationImages(before, [
      { name: 'nginx', newTag: 'v1' },
    ]);
    for (const version of ['1.1', '1.2'] as const) {
      const { images, ...rest } = parse(text, { version });
      expect(rest).toEqual(parse(before, { version }));
      expect(images).toEqual([{ name: 'nginx', newTag: 'v1' }]);
    }
    expect(setKustomizationImages(text, []).text).toBe(text);
  });
});
