import { parse } from 'yaml';
import { isEditError } from './EditError';
import {
  formatImage,
  KustomizationImage,
  setKustomizationImages,
} from './kustomizationImages';

const renamed = 'images:\n- name: nginx\n  newName: foo/nginx\n  newTag: "1"\n';

const REWRITE = { layout: 'rewrite' } as const;

/** A text of lines. */
const lines = (...parts: string[]) => `${parts.join('\n')}\n`;

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
      'sets the fields of an entry and removes the others',
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
      'keeps for a star that an entry says nothing',
      'images:\n- name: nginx\n  newTag: "1"\n',
      [{ name: 'nginx', newName: '*', digest: '*' }],
      'images:\n- name: nginx\n',
      ['nginx'],
    ],
    [
      'quotes what looks like a number',
      'kind: Kustomization\n',
      [
        { name: 'a', newTag: '1.10' },
        { name: 'b', newTag: '0X1F' },
      ],
      'kind: Kustomization\nimages:\n- name: a\n  newTag: "1.10"\n- name: b\n  newTag: "0X1F"\n',
      ['a:1.10', 'b:0X1F'],
    ],
    [
      'quotes a tag that stands there as a number',
      'images:\n- name: a\n  newTag: 1.10 # c\n',
      [{ name: 'a', newTag: '1.10' }],
      'images:\n- name: a\n  newTag: "1.10" # c\n',
      ['a:1.10'],
    ],
    [
      'adds where a name belongs in a sorted list',
      'images:\n- name: b\n  newTag: v1\n- name: d\n',
      [
        { name: 'e', newTag: 'v2' },
        { name: 'c', newTag: 'v2' },
        { name: 'a', newTag: 'v2' },
      ],
      'images:\n- name: a\n  newTag: v2\n- name: b\n  newTag: v1\n- name: c\n  newTag: v2\n- name: d\n- name: e\n  newTag: v2\n',
      ['a:v2', 'b:v1', 'c:v2', 'd', 'e:v2'],
    ],
    [
      'adds to the end of a list in another order',
      'images:\n- name: z\n- name: b\n',
      [{ name: 'c', newTag: 'v2' }],
      'images:\n- name: z\n- name: b\n- name: c\n  newTag: v2\n',
      ['b', 'c:v2', 'z'],
    ],
    [
      'adds an empty list where there is none',
      'kind: Kustomization\n',
      [],
      'kind: Kustomization\nimages: []\n',
      [],
    ],
    ['changes nothing for nothing', renamed, [], renamed, ['foo/nginx:1']],
    [
      'changes nothing when all is as wanted',
      'images:\n  -   name: a # c\n\n      newTag:   "v1"\n',
      [{ name: 'a', newTag: 'v1' }],
      'images:\n  -   name: a # c\n\n      newTag:   "v1"\n',
      ['a:v1'],
    ],
    [
      'keeps the document marker and blank lines',
      '---\nkind: Kustomization\n\n\nnamespace: x\n',
      [{ name: 'nginx', newTag: 'v1' }],
      '---\nkind: Kustomization\n\n\nnamespace: x\nimages:\n- name: nginx\n  newTag: v1\n',
      ['nginx:v1'],
    ],
    [
      'keeps further documents',
      'kind: Kustomization\n# foot\n---\nkind: {{ Other }}}\n',
      [{ name: 'nginx', newTag: 'v1' }],
      'kind: Kustomization\n# foot\nimages:\n- name: nginx\n  newTag: v1\n---\nkind: {{ Other }}}\n',
      ['nginx:v1'],
    ],
    [
      'adds in front of the end marker',
      'kind: Kustomization\n...\n',
      [{ name: 'a', newTag: 'v1' }],
      'kind: Kustomization\nimages:\n- name: a\n  newTag: v1\n...\n',
      ['a:v1'],
    ],
    [
      'keeps the missing line break at the end',
      'kind: Kustomization',
      [{ name: 'a', newTag: 'v1' }],
      'kind: Kustomization\nimages:\n- name: a\n  newTag: v1',
      ['a:v1'],
    ],
    [
      'leaves a last text without a line break as it is read',
      'patches:\n- patch: |\n    a: b',
      [{ name: 'a', newTag: 'v1' }],
      'patches:\n- patch: |-\n    a: b\nimages:\n- name: a\n  newTag: v1',
      ['a:v1'],
    ],
    [
      'leaves a last text without a line break alone where it stays the last',
      'images:\n- name: a\n  newTag: v1\npatches:\n- patch: |\n    a: b',
      [{ name: 'a', newTag: 'v2' }],
      'images:\n- name: a\n  newTag: v2\npatches:\n- patch: |\n    a: b',
      ['a:v2'],
    ],
    [
      'keeps the missing line break where the last field goes',
      'images:\n- name: a\n  newTag: v1\n  digest: sha256:a',
      [{ name: 'a', newTag: 'v2' }],
      'images:\n- name: a\n  newTag: v2',
      ['a:v2'],
    ],
    [
      'keeps CRLF',
      'images:\r\n  - name: a\r\n    newTag: v1\r\n\r\nkind: Kustomization\r\n',
      [
        { name: 'a', digest: 'sha256:a' },
        { name: 'b', newTag: 'v1' },
      ],
      'images:\r\n  - name: a\r\n    digest: sha256:a\r\n  - name: b\r\n    newTag: v1\r\n\r\nkind: Kustomization\r\n',
      ['a@sha256:a', 'b:v1'],
    ],
    [
      'keeps the flow style',
      'images: []\nkind: Kustomization\n',
      [{ name: 'nginx', newTag: 'v1' }],
      'images: [{name: nginx, newTag: v1}]\nkind: Kustomization\n',
      ['nginx:v1'],
    ],
    [
      'changes and adds to a flow list',
      "images: [ {name: a, newTag: 'v1'}, {name: b, digest: sha256:b} ] # c\n",
      [
        { name: 'a', newTag: 'v2' },
        { name: 'b', newTag: 'v2' },
        { name: 'c', newTag: 'v2' },
      ],
      "images: [ {name: a, newTag: 'v2'}, {name: b, newTag: v2}, {name: c, newTag: v2} ] # c\n",
      ['a:v2', 'b:v2', 'c:v2'],
    ],
    [
      'adds behind the last comma of a flow list',
      'images: [\n  {name: a, newTag: v1},\n]\n',
      [{ name: 'c', newTag: 'v2' }],
      'images: [\n  {name: a, newTag: v1}, {name: c, newTag: v2}\n]\n',
      ['a:v1', 'c:v2'],
    ],
    [
      'changes an entry in braces of a block list',
      'images:\n- {name: a, newTag: v1} # c\n- {name: b}\n',
      [{ name: 'a', newTag: 'v2' }],
      'images:\n- {name: a, newTag: v2} # c\n- {name: b}\n',
      ['a:v2', 'b'],
    ],
    [
      'fills a list that is null',
      'images: # c\nkind: Kustomization\n',
      [{ name: 'nginx', newTag: 'v1' }],
      'images: # c\n- name: nginx\n  newTag: v1\nkind: Kustomization\n',
      ['nginx:v1'],
    ],
    [
      'takes the field behind the dash away',
      'images:\n- digest: sha256:a # old\n  # the web\n  name: a\n- digest: sha256:b\n  name: b\n  newName: c\n',
      [{ name: 'b', newTag: 'v2' }],
      'images:\n- digest: sha256:a # old\n  # the web\n  name: a\n- name: b\n  newTag: v2\n',
      ['a@sha256:a', 'b:v2'],
    ],
    [
      'indents like the other lists of the file',
      'resources:\n    - a.yaml\n',
      [{ name: 'a', newTag: 'v1' }],
      'resources:\n    - a.yaml\nimages:\n    - name: a\n      newTag: v1\n',
      ['a:v1'],
    ],
    [
      'keeps comments with their image',
      lines(
        '# head comment',
        'kind: Kustomization',
        '',
        'resources:',
        '    - deploy.yaml   # the deploy',
        'images:',
        '  # the web image',
        '  - name: nginx  # inline',
        '    newTag: "1.19.0" # tag comment',
        '    # digest below',
        '',
        '  # the database',
        '  - name: mysql',
        '    newTag: 8.0.0',
        '# foot',
      ),
      [
        { name: 'nginx', newTag: '1.21.0' },
        { name: 'redis', newTag: '7' },
      ],
      lines(
        '# head comment',
        'kind: Kustomization',
        '',
        'resources:',
        '    - deploy.yaml   # the deploy',
        'images:',
        '  # the web image',
        '  - name: nginx  # inline',
        '    newTag: "1.21.0" # tag comment',
        '    # digest below',
        '',
        '  # the database',
        '  - name: mysql',
        '    newTag: 8.0.0',
        '  - name: redis',
        '    newTag: "7"',
        '# foot',
      ),
      ['mysql:8.0.0', 'nginx:1.21.0', 'redis:7'],
    ],
    [
      'adds behind the comments of the entry in front',
      'images:\n- name: a\n  # more of a\n# of c\n- name: c\n',
      [{ name: 'b', newTag: 'v1' }],
      'images:\n- name: a\n  # more of a\n- name: b\n  newTag: v1\n# of c\n- name: c\n',
      ['a', 'b:v1', 'c'],
    ],
    [
      'leaves entries of others as they are, whatever is in them',
      'images:\n- name: z\n  newTag: 1.20\n  tagSuffix: -x\n  other: y\n- name: a\n',
      [{ name: 'a', newTag: 'v1' }],
      'images:\n- name: z\n  newTag: 1.20\n  tagSuffix: -x\n  other: y\n- name: a\n  newTag: v1\n',
      ['a:v1', 'z:1.20'],
    ],
    [
      'changes one line of a file of many kinds of lines',
      lines(
        '# Managed by team A',
        'apiVersion: kustomize.config.k8s.io/v1beta1',
        'kind: Kustomization',
        '',
        'resources:',
        '  - ../base',
        '',
        '# patches below',
        'patches:',
        '  - patch: |-',
        '      - op: replace',
        '        path: /x',
        '        value: y',
        '    target:',
        '      kind: Deployment',
        '',
        'images:',
        '  - name: z/app # zed',
        '    newTag: v1',
        '  - name: a/app',
        '    newName: mirror/a',
        '    newTag: "1.0"',
        '    # digest below',
      ),
      [{ name: 'z/app', newTag: 'v2' }],
      lines(
        '# Managed by team A',
        'apiVersion: kustomize.config.k8s.io/v1beta1',
        'kind: Kustomization',
        '',
        'resources:',
        '  - ../base',
        '',
        '# patches below',
        'patches:',
        '  - patch: |-',
        '      - op: replace',
        '        path: /x',
        '        value: y',
        '    target:',
        '      kind: Deployment',
        '',
        'images:',
        '  - name: z/app # zed',
        '    newTag: v2',
        '  - name: a/app',
        '    newName: mirror/a',
        '    newTag: "1.0"',
        '    # digest below',
      ),
      ['mirror/a:1.0', 'z/app:v2'],
    ],
  ])('%s', (_, before, targets, after, refs) => {
    const result = setKustomizationImages(before, targets);
    expect(result.text).toBe(after);
    expect(result.images.map(formatImage)).toEqual(refs);
    // The same again changes nothing.
    expect(setKustomizationImages(after, targets).text).toBe(after);
  });

  it.each<[string, string, KustomizationImage[]]>([
    [
      'a kustomization in braces',
      '{kind: Kustomization}\n',
      [{ name: 'a', newTag: 'v1' }],
    ],
    [
      'two entries of one name',
      'images:\n- name: a\n  newTag: v1\n- name: a\n  newName: b\n',
      [{ name: 'a', newTag: 'v2' }],
    ],
    [
      'a comment where the field behind the dash goes',
      'images:\n- newName: b\n  # c\n  name: a\n',
      [{ name: 'a', newTag: 'v2' }],
    ],
    [
      'a tag over several lines',
      'images:\n- name: a\n  newTag: >-\n    v1\n',
      [{ name: 'a', newTag: 'v2' }],
    ],
    [
      'a tag that another image repeats',
      'images:\n- name: a\n  newTag: &t v1\n- name: b\n  newTag: *t\n',
      [{ name: 'a', newTag: 'v2' }],
    ],
    [
      'a last value to which trailing blank lines belong',
      'a: |+\n  x\n\n\n',
      [{ name: 'a', newTag: 'v2' }],
    ],
  ])('writes %s anew', (_, before, targets) => {
    const inPlace = setKustomizationImages(before, targets);
    const anew = setKustomizationImages(before, targets, REWRITE);
    expect(inPlace).toEqual(anew);
  });

  it.each([
    'n: 0123\nm: 1.10\nh: 0x10\no: 0o7\nf: 1e3\ne:\nt: ~\nb: True\ny: yes\n8080: x\n',
    'q: \'x\'\nd: "a\\tb"\nlit: |\n  a\n\n  b\nfold: >-\n  a b\n  c\n\n  d\nmulti: a\n  b\n',
    'a: &x {k: 1}\nb: *x\nc: [1, [2, {d: 3}]]\n? complex\n: v\n',
    '# only a comment\n\n# another\nkind: K # end\n',
    'images: # c\n\n# d\n\n- name: web\n\n\n# e\nkind: K\n',
  ])('leaves every other byte alone: %j', before => {
    const { text } = setKustomizationImages(before, [
      { name: 'zz', newTag: 'v1' },
    ]);
    const added = /(images:\n)?- name: zz\n {2}newTag: v1\n/;
    expect(text).toMatch(added);
    expect(text.replace(added, '')).toBe(before);
  });

  // As recorded in findings/kustomize-and-helm-take-fields-in-any-case.sh.
  it.each([
    [
      'a field',
      'images:\n- name: a\n  newtag: "1"\n',
      'images:\n- name: a\n  newTag: "2"\n',
    ],
    [
      'a field that is there twice',
      'images:\n- name: a\n  newTag: "3"\n  newtag: "1"\n',
      'images:\n- name: a\n  newTag: "2"\n',
    ],
    [
      'a field that is null in that case',
      'images:\n- name: a\n  newTag: "3"\n  newtag:\n',
      'images:\n- name: a\n  newTag: "2"\n',
    ],
    [
      'the name',
      'images: [{Name: a, newTag: "1"}]\n',
      'images: [{name: a, newTag: "2"}]\n',
    ],
    [
      'the list',
      'Images:\n- name: a\n  newTag: "1"\n- name: b\n  newTag: "1"\n',
      'images:\n- name: a\n  newTag: "2"\n- name: b\n  newTag: "1"\n',
    ],
  ])('writes %s in another case as it is documented', (_, before, after) => {
    const target = { name: 'a', newTag: '2' };
    expect(setKustomizationImages(before, [target]).text).toBe(after);
  });

  it.each([
    ['the last by its letters', 'newName: c, newname: b', 'b'],
    ['not a null', 'newName: b, newname: null', 'b'],
    ['not a null in the documented case', 'newName: null, newname: b', 'b'],
    ['the last of two alike', 'newName: c, newName: b', 'b'],
    [
      'nothing where the last of two alike is null',
      'newName: c, newName: ',
      '',
    ],
    ['nothing for a null alone', 'newname: null', ''],
    ['an empty text', 'newName: c, newname: ""', ''],
  ])('keeps for a star what Kustomize goes by: %s', (_, fields, kept) => {
    const before = `images: [{name: a, ${fields}}]\n`;
    const target = { name: 'a', newName: '*', newTag: '2' };
    const { text } = setKustomizationImages(before, [target]);
    expect(parse(text, { uniqueKeys: false }).images).toEqual([
      { name: 'a', ...(kept && { newName: kept }), newTag: '2' },
    ]);
  });

  it('leaves the case of entries that it does not set', () => {
    const other = '- name: b\n  newtag: "1"\n';
    const target = { name: 'a', newTag: '2' };
    expect(
      setKustomizationImages(`images:\n- name: a\n  newTag: "1"\n${other}`, [
        target,
      ]).text,
    ).toBe(`images:\n- name: a\n  newTag: "2"\n${other}`);
  });

  it.each(['images: []\nImages: []\n', 'Images: [{name: a}]\nimages:\n'])(
    'refuses two lists of images: %j',
    before => {
      expect(() =>
        setKustomizationImages(before, [{ name: 'a', newTag: '2' }]),
      ).toThrow('"images" is there twice');
    },
  );

  it.each(['imageTags', 'imagetags'])(
    'refuses to set what %s outvotes, and nothing else',
    field => {
      const before = `${field}:\n- name: a\n  newTag: "1"\n`;
      expect(() =>
        setKustomizationImages(before, [{ name: 'a', newTag: '2' }]),
      ).toThrow('"imageTags" sets "a"');
      const { text } = setKustomizationImages(before, [
        { name: 'b', newTag: 'v2' },
      ]);
      expect(text).toBe(`${before}images:\n- name: b\n  newTag: v2\n`);
    },
  );

  it.each<[string, string, KustomizationImage[], string, string[]]>([
    [
      'changes an image and none that repeats its tag',
      'images:\n- name: a\n  newTag: &t v1\n- name: b\n  newTag: *t\n',
      [{ name: 'a', newTag: 'v2' }],
      'images:\n- name: a\n  newTag: v2\n- name: b\n  newTag: v1\n',
      ['a:v2', 'b:v1'],
    ],
    [
      'changes an image that repeats a tag of another',
      'images:\n- name: a\n  newTag: &t v1\n- name: b\n  newTag: *t\n',
      [{ name: 'b', newTag: 'v2' }],
      'images:\n- name: a\n  newTag: v1\n- name: b\n  newTag: v2\n',
      ['a:v1', 'b:v2'],
    ],
    [
      'keeps what stands elsewhere in the file',
      'x: &n acme/a\nimages:\n- name: a\n  newName: *n\n  newTag: v1\n',
      [{ name: 'a', newName: '*', newTag: 'v2' }],
      'x: &n acme/a\nimages:\n- name: a\n  newName: acme/a\n  newTag: v2\n',
      ['acme/a:v2'],
    ],
    [
      'writes out what an image merges',
      'x: &i {newTag: v1}\nimages:\n- name: a\n  <<: *i\n',
      [{ name: 'a', newTag: 'v2' }],
      'x: &i {newTag: v1}\nimages:\n- name: a\n  newTag: v2\n',
      ['a:v2'],
    ],
    [
      'leaves an image alone that merges another',
      'x: &i {newTag: v1}\nimages:\n- name: a\n  <<: *i\n- name: b\n',
      [{ name: 'b', newTag: 'v2' }],
      'x: &i {newTag: v1}\nimages:\n- name: a\n  <<: *i\n- name: b\n  newTag: v2\n',
      ['a:v1', 'b:v2'],
    ],
  ])('%s', (_, before, targets, after, refs) => {
    const result = setKustomizationImages(before, targets);
    expect(result.text).toBe(after);
    expect(result.images.map(formatImage)).toEqual(refs);
  });

  it('refuses a tag that an alias elsewhere repeats', () => {
    const text = 'images:\n- name: a\n  newTag: &t v1\nx: *t\n';
    expect(() =>
      setKustomizationImages(text, [{ name: 'a', newTag: 'v2' }]),
    ).toThrow('cannot be written');
  });
});

describe('setKustomizationImages with the layout rewrite', () => {
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
    const result = setKustomizationImages(before, targets, REWRITE);
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
      setKustomizationImages(text, [{ name: 'a', newTag: 'v2' }], REWRITE);
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
    const targets = [{ name: 'nginx', newTag: 'v1' }];
    const { text } = setKustomizationImages(before, targets, REWRITE);
    for (const version of ['1.1', '1.2'] as const) {
      const { images, ...rest } = parse(text, { version });
      expect(rest).toEqual(parse(before, { version }));
      expect(images).toEqual([{ name: 'nginx', newTag: 'v1' }]);
    }
    expect(setKustomizationImages(text, [], REWRITE).text).toBe(text);
  });
});
