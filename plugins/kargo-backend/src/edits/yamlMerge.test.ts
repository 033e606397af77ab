import { mergeYaml } from './yamlMerge';

const merge = (...texts: string[]) => mergeYaml(texts[0], texts.slice(1));

const deployment = (spec: string) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n${spec}`;

describe('mergeYaml', () => {
  it.each<[string, string[], string]>([
    [
      'takes keys away that a later file says null of',
      ['a: 1\nb:\n  c: 1\n  d: 2\n', 'a: null\nb:\n  c:\n'],
      'b:\n  d: 2\n',
    ],
    [
      'keeps the order, and adds keys by name',
      ['z: 1\na: 1\n', 'm: 1\nb: 1\nz: 2\n'],
      'z: 2\na: 1\nb: 1\nm: 1\n',
    ],
    ['keeps the quotes', ["a: 'x'\n", 'a: 5\n'], "a: '5'\n"],
    ['keeps a text a text', ['a: 1\n', 'a: "5"\n'], 'a: "5"\n'],
    [
      'keeps a number as it is written',
      ['a: 1\n', 'a: 1.50\nb: 0x10\n'],
      'a: 1.50\nb: 0x10\n',
    ],
    [
      'keeps numbers that it does not touch as they are written',
      [
        'mode: 0644\naccount: 012345678901\nid: 12345678901234567890\nsmall: 1e3\nhex: 0x1F\nlist: [007]\n0640: x\nz: 1\n',
        'z: 2\n',
      ],
      'mode: 0644\naccount: 012345678901\nid: 12345678901234567890\nsmall: 1e3\nhex: 0x1F\nlist: [007]\n0640: x\nz: 2\n',
    ],
    [
      'takes numbers over as they are written',
      [
        'mode: 0600\nz: 1\n',
        'mode: 0644\nid: 12345678901234567890\nlist:\n- 007\n',
      ],
      'mode: 0644\nz: 1\nid: 12345678901234567890\nlist:\n- 007\n',
    ],
    [
      'knows elements by numbers',
      [
        deployment(
          '      containers:\n      - name: a\n        ports:\n        - containerPort: 8080\n',
        ),
        deployment(
          '      containers:\n      - name: a\n        ports:\n        - containerPort: 8080\n          name: web\n',
        ),
      ],
      deployment(
        '      containers:\n      - name: a\n        ports:\n        - containerPort: 8080\n          name: web\n',
      ),
    ],
    [
      'replaces lists',
      ['a:\n- name: x\n  v: 1\n', 'a:\n- name: y\n'],
      'a:\n- name: y\n',
    ],
    ['replaces a list by an empty one', ['a: [1]\n', 'a: []\n'], 'a: []\n'],
    [
      'does nothing for an empty mapping',
      ['a:\n  x: 1\n', 'a: {}\n'],
      'a:\n  x: 1\n',
    ],
    [
      'replaces what it is told to replace',
      ['a:\n  x: 1\n', 'a:\n  $patch: replace\n  z: 1\n'],
      'a:\n  z: 1\n',
    ],
    [
      'deletes what it is told to delete',
      ['a:\n  x: 1\nb: 1\n', 'a:\n  $patch: delete\n'],
      'b: 1\n',
    ],
    [
      'adds nothing of what it is told to delete',
      [
        'a: 1\n',
        'b:\n  c:\n    $patch: delete\n    x: 1\n  d: 1\n  l:\n  - $patch: delete\n  - x\ne:\n  $patch: delete\n  y: 1\n',
      ],
      'a: 1\nb:\n  d: 1\n',
    ],
    [
      'keeps a text of several lines a text, as it does one in quotes',
      ['a: |\n  x\nb: >-\n  y\nc: |\n  z\n', 'a: true\nb: 1.10\nc: w\n'],
      'a: "true"\nb: "1.10"\nc: w\n',
    ],
    [
      'and does not let it become what other readers take for no text',
      [
        'a: |\n  x\nb: >-\n  y\nc: |\n  z\nd: |\n  v\n',
        "a: yes # it is\nb: 2026-01-01\nc: 'no'\nd: w # why\n",
      ],
      'a: "yes" # it is\nb: "2026-01-01"\nc: \'no\'\nd: w # why\n',
    ],
    [
      'merges what it is told to merge',
      ['a:\n  x: 1\n', 'a:\n  $patch: merge\n  y: 1\n'],
      'a:\n  x: 1\n  y: 1\n',
    ],
    [
      'reads first documents alone',
      ['a: 1\n---\nb: 2\n', 'c: 1\n'],
      'a: 1\nc: 1\n',
    ],
    ['passes over empty files', ['', '# note\n', 'a: 1\n'], 'a: 1\n'],
    ['gives nothing for nothing', ['', '# note\n'], ''],
    [
      'keeps comments, blank lines, indentation and folded texts',
      [
        '# head\n\na:\n    # inner\n    b: 1 # old\n\n    list:\n        - x\nlong: >\n    one\n    two\n',
        'a:\n  b: 2\n',
      ],
      '# head\n\na:\n    # inner\n    b: 2 # old\n\n    list:\n        - x\nlong: >\n    one\n    two\n',
    ],
    [
      'takes the comment of a later file',
      ['a: 1 # old\n', 'a: 2 # new\n'],
      'a: 2 # new\n',
    ],
    ['keeps CRLF', ['a: 1\r\nb: 2\r\n', 'a: 3\n'], 'a: 3\r\nb: 2\r\n'],
    [
      'copies what aliases of a later file name',
      ['x: 1\n', 'a: &q\n  k: 1\nb: *q\n'],
      'x: 1\na:\n  k: 1\nb:\n  k: 1\n',
    ],
    [
      'changes what an alias names in one place alone',
      ['a: &q\n  k: 1\nb: *q\n', 'b:\n  k: 2\n'],
      'a: &q\n  k: 1\nb:\n  k: 2\n',
    ],
    [
      'has aliases name what takes the place of a list, a null or a mapping',
      [
        'a: &a [1]\nb: &b\nc: &c {x: 1}\nuse: [*a, *b, *c]\n',
        'a: [2]\nb: 3\nc:\n  $patch: replace\n  y: 1\n',
      ],
      'a: &a [2]\nb: &b 3\nc: &c\n  y: 1\nuse: [*a, *b, *c]\n',
    ],
    [
      'merges the containers of a resource by name',
      [
        deployment(
          '      containers:\n      - name: web\n        image: web:1\n        ports:\n        - containerPort: 80\n      - name: log\n        image: log:1\n',
        ),
        deployment(
          '      containers:\n      - name: web\n        image: web:2\n      - name: new\n        image: new:1\n',
        ),
      ],
      deployment(
        '      containers:\n      - name: web\n        image: web:2\n        ports:\n        - containerPort: 80\n      - name: log\n        image: log:1\n      - name: new\n        image: new:1\n',
      ),
    ],
    [
      'deletes a container that it is told to delete',
      [
        deployment('      containers:\n      - name: a\n      - name: b\n'),
        deployment(
          '      containers:\n      - name: a\n        $patch: delete\n',
        ),
      ],
      deployment('      containers:\n      - name: b\n'),
    ],
    [
      'replaces lists of other resources',
      [
        'apiVersion: acme/v1\nkind: Thing\ncontainers:\n- name: a\n',
        'apiVersion: acme/v1\nkind: Thing\ncontainers:\n- name: b\n',
      ],
      'apiVersion: acme/v1\nkind: Thing\ncontainers:\n- name: b\n',
    ],
    [
      'leaves what is in a list as it is written',
      [
        'a: [1]\nb: {c: 1}\n',
        'a:\n- x: null\n  y: {z: null}\n- null\nb:\n  n: null\n  l:\n  - o: null\n',
      ],
      'a:\n- x: null\n  y: {z: null}\n- null\nb: {c: 1, l: [{o: null}]}\n',
    ],
    [
      'leaves the comment at the end where it stands',
      ['a: 1\n# end\n', 'a: 2\n'],
      'a: 2\n# end\n',
    ],
    [
      'keeps the comment at the end apart',
      ['a: 1\n\n# end\n', 'a: 2\n'],
      'a: 2\n\n# end\n',
    ],
    ['gives nothing when all of it goes', ['a: 1\n', '$patch: delete\n'], ''],
    ['adds to an empty mapping', ['a: {}\n', 'a:\n  b: 1\n'], 'a: {b: 1}\n'],
    [
      'leaves long lines alone',
      [`a: ${'word '.repeat(60).trim()}\n`, 'b: 1\n'],
      `a: ${'word '.repeat(60).trim()}\nb: 1\n`,
    ],
  ])('%s', (_, texts, merged) => {
    expect(merge(...texts)).toBe(merged);
  });

  const service = (ports: string) =>
    `apiVersion: v1\nkind: Service\nspec:\n  ports: ${ports}\n`;
  const pod = (spec: string) => `apiVersion: v1\nkind: Pod\nspec: {${spec}}\n`;
  const configMap = (metadata: string) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {${metadata}}\n`;

  it.each<[string, string[], string]>([
    [
      'tells ports of one number apart by their protocol',
      [
        service('[{port: 53, protocol: TCP}, {port: 53, protocol: UDP}]'),
        service('[{port: 53, protocol: UDP, targetPort: 1}]'),
      ],
      service(
        '[{port: 53, protocol: TCP}, {port: 53, protocol: UDP, targetPort: 1}]',
      ),
    ],
    [
      'adds a port of another protocol',
      [service('[{port: 53}]'), service('[{port: 53, protocol: UDP}]')],
      service('[{port: 53}, {port: 53, protocol: UDP}]'),
    ],
    [
      'takes a port without a protocol for one of TCP',
      [
        service('[{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]'),
        service('[{port: 53, targetPort: 1}]'),
      ],
      service(
        '[{port: 53, protocol: UDP}, {port: 53, protocol: TCP, targetPort: 1}]',
      ),
    ],
    [
      'leaves a keyed list alone for an empty one',
      [pod('containers: [{name: a}]'), pod('containers: []')],
      pod('containers: [{name: a}]'),
    ],
    [
      'adds to a keyed list that has elements without their key',
      [
        pod('containers: [{image: a}, {name: b}]'),
        pod('containers: [{name: b, image: c}]'),
      ],
      pod('containers: [{image: a}, {name: b, image: c}]'),
    ],
    [
      'replaces a list when one element says so',
      [
        pod('containers: [{name: a}]'),
        pod('containers: [{$patch: replace}, {name: z}]'),
      ],
      pod('containers: [{name: z}]'),
    ],
    [
      'takes a list away when one element says so',
      [
        pod('containers: [{name: a}], x: 1'),
        pod('containers: [{$patch: delete}]'),
      ],
      pod('x: 1'),
    ],
    [
      'takes nulls away from new elements, and not from lists in them',
      [
        pod('containers: [{name: a}]'),
        pod('containers: [{name: b, image: null, args: [{z: null}]}]'),
      ],
      pod('containers: [{name: a}, {name: b, args: [{z: null}]}]'),
    ],
    [
      'writes no directive into a new list',
      [pod('x: 1'), pod('containers: [{$patch: replace}, {name: z}]')],
      pod('x: 1, containers: [{name: z}]'),
    ],
    [
      'adds no element that it is told to delete',
      [pod('x: 1'), pod('containers: [{name: a, $patch: delete}, {name: b}]')],
      pod('x: 1, containers: [{name: b}]'),
    ],
    [
      'has each finalizer once',
      [configMap('finalizers: [a, b]'), configMap('finalizers: [b, c]')],
      configMap('finalizers: [a, b, c]'),
    ],
    [
      'replaces finalizers of kinds that are not built in',
      [
        'apiVersion: acme/v1\nkind: Thing\nmetadata: {finalizers: [a]}\n',
        'metadata: {finalizers: [b]}\n',
      ],
      'apiVersion: acme/v1\nkind: Thing\nmetadata: {finalizers: [b]}\n',
    ],
    [
      'knows a kind by its group, too',
      [
        'apiVersion: serving.knative.dev/v1\nkind: Service\nspec:\n  template:\n    spec:\n      containers: [{name: a}]\n',
        'spec:\n  template:\n    spec:\n      containers: [{name: b}]\n',
      ],
      'apiVersion: serving.knative.dev/v1\nkind: Service\nspec:\n  template:\n    spec:\n      containers: [{name: b}]\n',
    ],
    [
      'knows the kind that a later file alone names',
      ['spec: {containers: [{name: a}]}\n', pod('containers: [{name: b}]')],
      'spec: {containers: [{name: a}, {name: b}]}\napiVersion: v1\nkind: Pod\n',
    ],
    [
      'replaces lists of a name that is keyed elsewhere',
      [
        'apiVersion: v1\nkind: ServiceAccount\nimagePullSecrets: [{name: a}]\n',
        'imagePullSecrets: [{name: b}]\n',
      ],
      'apiVersion: v1\nkind: ServiceAccount\nimagePullSecrets: [{name: b}]\n',
    ],
  ])('of Kubernetes resources, %s', (_, texts, merged) => {
    expect(merge(...texts)).toBe(merged);
  });

  it.each<[string, string[], string]>([
    [
      'a mapping where a value was',
      ['a: 1\n', 'a:\n  b: 1\n'],
      '"a" is a single value in one file and a mapping in a later one',
    ],
    [
      'a list where a mapping was',
      ['a:\n  b: 1\n', 'a: [1]\n'],
      '"a" is a mapping',
    ],
    [
      'documents of different kinds',
      ['- 1\n', 'a: 1\n'],
      '"the document" is a list',
    ],
    [
      'a directive that nobody knows',
      ['a: {b: 1}\n', 'a: {$patch: burn}\n'],
      '$patch must be',
    ],
    ['a text that is no YAML', ['a: 1\n', 'a: [\n'], 'not valid YAML'],
    [
      'to leave an alias without what it names',
      ['a: &a [1]\nb: *a\n', 'a: null\n'],
      'a later file takes away what an alias names',
    ],
    [
      'to change one of two equal keys, of which readers take the last',
      ['a:\n  x: 1\n  x: 2\n', 'a: {x: 3}\n'],
      '"a.x" stands more than once in its mapping',
    ],
    [
      'a key that a later file has twice',
      ['a: 1\n', 'b: {c: 1, c: 2}\n'],
      '"c" stands more than once in its mapping',
    ],
    [
      'an element of which nobody knows what it is to change',
      [pod('containers: [{name: a}]'), pod('containers: [{image: x}]')],
      'an element of "spec.containers" in a later file has no "name"',
    ],
  ])('refuses %s', (_, texts, message) => {
    expect(() => merge(...texts)).toThrow(message);
  });
});
