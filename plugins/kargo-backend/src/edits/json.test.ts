import { EditErrorCode, isEditError } from './EditError';
import { formatPlainNumber, updateJson } from './json';

describe('updateJson', () => {
  it.each<[string, string, unknown, string]>([
    [
      '{\n  "image": {\n    "tag": "v1"\n  }\n}\n',
      'image.tag',
      'v2',
      '{\n  "image": {\n    "tag": "v2"\n  }\n}\n',
    ],
    ['{"n": 1}', 'n', 1234567, '{"n": 1234567}'],
    ['{\n  "a": 1\n}\n', 'b', 'z', '{\n  "a": 1\n,"b":"z"}\n'],
    ['{"a":1} // end\r\n', 'b', 'z', '{"a":1,"b":"z"} // end\r\n'],
    ['[1]\n', '-1', 2, '[1,2]\n'],
    ['{}', 'u.2.name', 'z', '{"u":[null,null,{"name":"z"}]}'],
    ['{}', 'u.:2.name', 'z', '{"u":{"2":{"name":"z"}}}'],
    [
      '{"c": [ {"i": 1}, {"i": 2} ]}',
      'c.1.i',
      9,
      '{"c": [ {"i": 1}, {"i": 9} ]}',
    ],
    [
      '{"c": [ {"i": 1}, {"i": 2} ]}',
      'c.-1',
      'z',
      '{"c": [ {"i": 1}, {"i": 2} ,"z"]}',
    ],
    ['{"c": [1]}', 'c.3', 4, '{"c": [1,null,null,4]}'],
    ['{"a.b":1}', 'a.b', 'z', '{"a.b":1,"a":{"b":"z"}}'],
    ['{"a.b/c":1}', 'a\\.b/c', 'z', '{"a.b/c":"z"}'],
    ['', 'a', 'z', '{"a":"z"}'],
    ['{"a":1}', 'a', '<b>&', '{"a":"<b>&"}'],
    ['{"a":1}', 'a', 'a && b <c>', '{"a":"a && b <c>"}'],
    ['{"a":1}', 'a', '>=1.0.0 <2', '{"a":">=1.0.0 <2"}'],
    ['{"a":1}', 'a', '"<b>"', '{"a":"\\"\\u003cb\\u003e\\""}'],
    ['{"a":1}', 'a', 'ü & x', '{"a":"ü \\u0026 x"}'],
    ['{"a":1}', 'a', 'l1\nl2\t', '{"a":"l1\\nl2\\t"}'],
    ['{"<a>":1}', '<a>', 2, '{"<a>":2}'],
    ['{}', '<a>', 2, '{"<a>":2}'],
    [
      '{\r\n\t"id": 9007199254740993,\r\n\t"a": "x"\r\n}',
      'a',
      'y',
      '{\r\n\t"id": 9007199254740993,\r\n\t"a": "y"\r\n}',
    ],
    [
      '{"id": 9007199254740993}',
      'id',
      9007199254740992,
      '{"id": 9007199254740992}',
    ],
    ['{"n": 1}', 'n.x', 'y', '{"n": {"x":"y"}}'],
    ['{"n": null}', 'n.x', true, '{"n": {"x":true}}'],
    ['{"a":1, // c\n "b":2}', 'b', 'z', '{"a":1, // c\n "b":"z"}'],
    ['{"a":1,"a":2}', 'a', 3, '{"a":3,"a":2}'],
    ['{"o":{"0":1}}', 'o.0', 2, '{"o":{"0":2}}'],
    ['{"o":{ }}', 'o.k', 2, '{"o":{ "k":2}}'],
    ['{"a":1,}', 'b', 2, '{"a":1,"b":2}'],
    ['[1,2]', '1', 3, '[1,3]'],
    // Of what is not looked at nothing is checked.
    ['{"a": {}, b: 1}', 'a.c', 2, '{"a": {"c":2}, b: 1}'],
    ['\ufeff{"a": 1}', 'b', 2, '\ufeff{"a": 1,"b":2}'],
    ['{"a": "x\ty\\q\\u1"}', 'b', 2, '{"a": "x\ty\\q\\u1","b":2}'],
  ])('in %j sets %s to %j', (before, key, value, after) => {
    expect(updateJson(before, [{ key, value }])).toBe(after);
  });

  it.each<[string, string, unknown]>([
    ['{"a": "v1"}\n', 'a', 'v1'],
    ['{"a": "\\u0076\\u003c"}', 'a', 'v<'],
    ['{"a": 1.0}', 'a', 1],
    ['{"a": [ true ]}', 'a.0', true],
  ])('leaves %j alone when %s is %j already', (text, key, value) => {
    expect(updateJson(text, [{ key, value }])).toBe(text);
  });

  it('applies updates one after the other', () => {
    const updates = [
      { key: 'a.b', value: 1 },
      { key: 'a.c', value: 2 },
    ];
    expect(updateJson('{}', updates)).toBe('{"a":{"b":1,"c":2}}');
  });

  it.each<[string, string, unknown, EditErrorCode]>([
    ['{"c": [1]}', 'c.foo', 'z', 'not-found'],
    ['{"a":1}', 'a', null, 'bad-value'],
    ['{"a":1}', 'a', { x: 1 }, 'bad-value'],
    ['{"a":1}', 'a*', 1, 'bad-path'],
    ['{"a":1}', 'a..b', 1, 'bad-path'],
    ['{"a":1}', 'a.', 1, 'bad-path'],
    ['{"a":1}', '.a', 1, 'bad-path'],
    ['"text"', 'a', 1, 'bad-document'],
    ['{}', 'a.99999999', 1, 'index-out-of-range'],
    ['{a: 1}', 'a', 2, 'bad-document'],
    ['{b: {}, "a": 1}', 'a', 2, 'bad-document'],
    ["{'a': 1}", 'a', 2, 'bad-document'],
    ['{"a": 1', 'b', 2, 'bad-document'],
    ['{"a": [1 2]}', 'a.-1', 3, 'bad-document'],
  ])('in %j refuses to set %s to %j', (before, key, value, code) => {
    let thrown: unknown;
    try {
      updateJson(before, [{ key, value }]);
    } catch (error) {
      thrown = error;
    }
    expect(isEditError(thrown) && thrown.code).toBe(code);
  });
});

describe('formatPlainNumber', () => {
  it.each([
    [1234567, '1234567'],
    [1e21, '1000000000000000000000'],
    [1.5e-7, '0.00000015'],
    [-1e-7, '-0.0000001'],
    [0.5, '0.5'],
  ])('writes %d as %s', (value, expected) => {
    expect(formatPlainNumber(value)).toBe(expected);
  });
});
