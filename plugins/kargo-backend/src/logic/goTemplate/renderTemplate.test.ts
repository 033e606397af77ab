import { renderTemplate } from './renderTemplate';

const DATA = {
  stage: {
    metadata: {
      name: 'uat',
      labels: { team: 'web', 'app.example/part': 'shop' },
      annotations: {},
    },
    spec: {
      vars: [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ],
    },
    status: {
      ...{ count: 1200000, ratio: 0.00001, ok: true, off: false },
      half: 'a\ud800',
    },
  },
};

describe('renderTemplate', () => {
  it.each([
    ['text as it is', 'https://a.example', 'https://a.example'],
    ['a field', '{{ .stage.metadata.name }}', 'uat'],
    [
      'several',
      '{{.stage.metadata.name}}/{{ .stage.metadata.labels.team }}',
      'uat/web',
    ],
    ['the data itself', '{{ $.stage.metadata.name }}', 'uat'],
    ['blanks that are trimmed', 'a  {{- "-" -}}  b', 'a-b'],
    ['a comment', 'a{{/* not this }} */}}b', 'ab'],
    ['raw text', '{{ `a"b` }}', 'a"b'],
    ['a whole number', '{{ .stage.status.count }}', '1200000'],
    ['a small number', '{{ .stage.status.ratio }}', '1e-05'],
    ['a truth', '{{ .stage.status.ok }}', 'true'],
    ['a list', '{{ list 1 "a" }}', '[1 a]'],
    ['a map by its keys', '{{ dict "b" 1 "a" 2 }}', 'map[a:2 b:1]'],
    [
      'a key that is no name',
      '{{ index .stage.metadata.labels "app.example/part" }}',
      'shop',
    ],
    ['an element', '{{ (index .stage.spec.vars 1).value }}', '2'],
    ['pipes', '{{ .stage.metadata.name | upper | quote }}', '"UAT"'],
    [
      'a default for what is missing',
      '{{ .stage.metadata.labels.tier | default "none" }}',
      'none',
    ],
    [
      'the first that is there',
      '{{ coalesce .stage.metadata.labels.tier "" "x" }}',
      'x',
    ],
    ['if', '{{ if .stage.status.ok }}a{{ else }}b{{ end }}', 'a'],
    ['else', '{{ if .stage.status.off }}a{{ else }}b{{ end }}', 'b'],
    [
      'else if',
      '{{ if false }}a{{ else if eq .stage.metadata.name "uat" }}b{{ else }}c{{ end }}',
      'b',
    ],
    ['if without else', '[{{ if "" }}a{{ end }}]', '[]'],
    ['with', '{{ with .stage.metadata }}{{ .name }}{{ end }}', 'uat'],
    [
      'with nothing',
      '{{ with .stage.metadata.annotations }}a{{ else }}b{{ end }}',
      'b',
    ],
    [
      'range of a list',
      '{{ range .stage.spec.vars }}{{ .name }}={{ .value }};{{ end }}',
      'a=1;b=2;',
    ],
    [
      'range with its index',
      '{{ range $i, $v := .stage.spec.vars }}{{ $i }}{{ $v.name }}{{ end }}',
      '0a1b',
    ],
    [
      'range of a map in order',
      '{{ range $k, $v := .stage.metadata.labels }}{{ $k }}={{ $v }};{{ end }}',
      'app.example/part=shop;team=web;',
    ],
    ['range of nothing', '{{ range list }}a{{ else }}b{{ end }}', 'b'],
    [
      'a variable',
      '{{ $n := .stage.metadata.name }}{{ $n }}-{{ $n }}',
      'uat-uat',
    ],
    [
      'a variable that is set within',
      '{{ $n := "a" }}{{ if true }}{{ $n = "b" }}{{ end }}{{ $n }}',
      'b',
    ],
    [
      'a variable of a block alone',
      '{{ $n := "a" }}{{ if true }}{{ $n := "b" }}{{ end }}{{ $n }}',
      'a',
    ],
    ['and as its operand', '{{ and "a" "b" }}', 'b'],
    ['or that needs no more', '{{ or "a" (index (list) 5) }}', 'a'],
    ['not', '{{ not "" }}', 'true'],
    ['one of several', '{{ eq "b" "a" "b" }}', 'true'],
    ['order of numbers', '{{ lt 2 10 }}', 'true'],
    ['length', '{{ len .stage.spec.vars }}', '2'],
    ['printf', '{{ printf "%s-%03d-%q%%" "a" 7 "b" }}', 'a-007-"b"%'],
    ['printf left', '{{ printf "%-4s|%.2f" "a" 1.5 }}', 'a   |1.50'],
    ['urlquery', '{{ urlquery "a b&c" }}', 'a+b%26c'],
    [
      'urlquery of half a character',
      '{{ urlquery .stage.status.half }}',
      'a%EF%BF%BD',
    ],
    ['replace', '{{ "a/b/c" | replace "/" "-" }}', 'a-b-c'],
    ['trimPrefix', '{{ trimPrefix "v" "v1.2" }}', '1.2'],
    ['trimSuffix', '{{ trimSuffix ".git" "a.git" }}', 'a'],
    ['trunc from the end', '{{ trunc -3 "abcdef" }}', 'def'],
    ['split', '{{ (split "/" "a/b")._1 }}', 'b'],
    ['the last of a list', '{{ splitList "/" "a/b/c" | last }}', 'c'],
    ['ternary', '{{ ternary "y" "n" .stage.status.off }}', 'n'],
    [
      'regexReplaceAll',
      '{{ regexReplaceAll "^https://" "https://a.example/x" "" }}',
      'a.example/x',
    ],
    [
      'toJson',
      '{{ toJson .stage.spec.vars }}',
      '[{"name":"a","value":"1"},{"name":"b","value":"2"}]',
    ],
    ['b64enc', '{{ b64enc "a" }}', 'YQ=='],
    ['add', '{{ add 1 2 3 }}', '6'],
  ])('renders %s', (_, template, expected) => {
    expect(renderTemplate(template, DATA)).toBe(expected);
  });

  it.each([
    ['an action without its end', '{{ .stage', 'unclosed action'],
    ['a block without its end', '{{ if true }}a', '{{if}} has no {{end}}'],
    ['an end without its block', 'a{{ end }}', 'unexpected {{end}}'],
    [
      'nothing to print',
      '{{ .stage.metadata.labels.tier }}',
      '.stage.metadata.labels.tier has no value',
    ],
    [
      'a field of nothing',
      '{{ .stage.metadata.gone.name }}',
      'there is nothing to read field name of',
    ],
    [
      'a field of a text',
      '{{ .stage.metadata.name.x }}',
      "can't read field x of a string",
    ],
    ['an unknown function', '{{ env "HOME" }}', 'function "env" not defined'],
    ['an unknown variable', '{{ $x }}', 'undefined variable "$x"'],
    [
      'arguments of no function',
      '{{ .stage "a" }}',
      '.stage is no function and takes no arguments',
    ],
    [
      'too few arguments',
      '{{ replace "a" }}',
      'wrong number of arguments for replace: 1',
    ],
    [
      'an index that is not there',
      '{{ index .stage.spec.vars 2 }}',
      'index out of range: 2',
    ],
    [
      'a map as a list',
      '{{ index "invalid" .stage.metadata.labels }}',
      'expected a list, got a string',
    ],
    [
      'values that cannot be compared',
      '{{ eq 1 "1" }}',
      'incompatible types for comparison: a number and a string',
    ],
    ['an empty action', '{{ }}', 'missing value'],
    ['what nobody would write', '{{ .a # }}', 'unexpected "#"'],
    [
      'a pattern that is none',
      '{{ regexMatch "(" "a" }}',
      'malformed pattern "("',
    ],
    [
      'a pattern that repeats much',
      '{{ regexMatch "(abcdefghijabcdefghijabcdefghij){1000}" "a" }}',
      'a pattern may have 10000 instructions',
    ],
    [
      'a verb without its argument',
      '{{ printf "%s" }}',
      'printf: %s has no argument',
    ],
    [
      'what grows without end',
      '{{ $s := "aaaaaaaaaa" }}{{ range list 1 2 3 4 5 6 }}{{ $s = replace "a" "aaaaaaaaaa" $s }}{{ end }}',
      'the text is longer than 65536 characters',
    ],
    [
      'too long a template',
      'a'.repeat(20_000),
      'a template may have 16384 characters, this one has 20000',
    ],
  ])('refuses %s', (_, template, message) => {
    expect(() => renderTemplate(template, DATA)).toThrow(message);
  });

  it('comes to an end whatever it repeats', () => {
    const inner = '{{ range splitList "" (repeat 100 "a") }}';
    const template = `${inner.repeat(4)}x${'{{ end }}'.repeat(4)}`;
    expect(() => renderTemplate(template, DATA)).toThrow(
      'the template does not come to an end',
    );
  });

  const LONG = '$long := repeat 10000 "a"';
  const NESTED = ['$b := list $a $a', '$c := list $b $b', '$d := list $c $c']
    .map(text => text.replace(/(\$\w)$/, `$1${' $1'.repeat(40)}`))
    .map(text => `{{ ${text} }}`)
    .join('');

  it.each([
    ['one list many times', `{{ $a := list 1 2 }}${NESTED}{{ toJson $d }}`],
    ['what it prints many times', `{{ $a := list 1 2 }}${NESTED}{{ $d }}`],
    [
      'a text again and again',
      `{{ ${LONG} }}{{ range splitList "" (repeat 50 "a") }}{{ $x := upper $long }}{{ end }}`,
    ],
    [
      'a pattern of many parts on a long text',
      `{{ ${LONG} }}{{ regexMatch "(a?){200}b" $long }}`,
    ],
  ])('does not work on %s', (_, template) => {
    expect(() => renderTemplate(template, DATA)).toThrow(
      'the template makes too much work',
    );
  });

  it.each([
    ['replace', 'replace "" (repeat 1000 "b") $long'],
    ['join', 'join (repeat 1000 "b") (splitList "" $long)'],
    ['regexReplaceAll', 'regexReplaceAll "" $long (repeat 1000 "b")'],
  ])('%s makes no text that is too long', (_, call) => {
    expect(() => renderTemplate(`{{ ${LONG} }}{{ ${call} }}`, DATA)).toThrow(
      'the text is longer than 65536 characters',
    );
  });

  it('counts what a range goes through, also where nothing is in it', () => {
    const inner = '{{ range splitList "" (repeat 200 "a") }}';
    expect(() =>
      renderTemplate(`${inner.repeat(2)}${'{{ end }}'.repeat(2)}`, DATA),
    ).toThrow('the template does not come to an end');
  });
});
