import { parseNumber } from 'backstage-plugin-kargo-expr';

/** How a text can be written in YAML. */
export type YamlTextStyle = 'plain' | 'single' | 'double' | 'literal';

const WORDS = new Set(
  [
    ['', '~', 'null', 'Null', 'NULL', '<<'],
    ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'],
    // Booleans of YAML 1.1, which many readers still know.
    ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON'],
    ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF'],
    ['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF'],
    ['+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'],
  ].flat(),
);
const DECIMAL = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const PREFIXED = /^[-+]?0(?:[xX][\da-fA-F]+|[oO][0-7]+|[bB][01]+)$/;
const SEXAGESIMAL = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const DATE =
  /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]| )\d\d?:\d\d?:\d\d?(?:\.\d+)?(?:Z|[-+]\d\d:\d\d)?)?$/;

/** Whether a plain text would be read as something else than a text. */
function isOtherType(text: string): boolean {
  if (WORDS.has(text)) {
    return true;
  }
  if (text.startsWith('.')) {
    return parseNumber(text) !== undefined;
  }
  if (!/^[-+\d]/.test(text)) {
    return false;
  }
  const digits = text.replaceAll('_', '');
  return (
    DECIMAL.test(digits) ||
    PREFIXED.test(digits) ||
    SEXAGESIMAL.test(text) ||
    DATE.test(text)
  );
}

// What the encoder regards as printable; tabs and line breaks are looked at apart.
const UNPRINTABLE =
  /[^\t\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/;
const TO_ESCAPE =
  /[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]|["\\]/gu;

/** Starts that mean something in YAML: a dash, question mark or colon only before a blank. */
const INDICATOR = /^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`]|[-?:](?: |$))/;

/** The style in which a text is written; keys have to stay on one line. */
export function yamlTextStyle(text: string, isKey: boolean): YamlTextStyle {
  if (UNPRINTABLE.test(text)) {
    return 'double';
  }
  if (text.includes('\n')) {
    const isLiteral = !isKey && !text.endsWith(' ') && !text.includes(' \n');
    return isLiteral ? 'literal' : 'double';
  }
  if (isOtherType(text) || text.includes('\t')) {
    return 'double';
  }
  const isPlain =
    !text.startsWith(' ') &&
    !text.endsWith(' ') &&
    !text.endsWith(':') &&
    !text.includes(': ') &&
    !text.includes(' #') &&
    !INDICATOR.test(text);
  return isPlain ? 'plain' : 'single';
}

/** A text on one line, in a style other than literal. */
export function printYamlText(
  text: string,
  style: Exclude<YamlTextStyle, 'literal'>,
): string {
  switch (style) {
    case 'plain':
      return text;
    case 'single':
      return `'${text.replaceAll("'", "''")}'`;
    default:
      return `"${text.replace(TO_ESCAPE, escape)}"`;
  }
}

const NAMED: Record<string, string> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = (digits: number) =>
    code.toString(16).toUpperCase().padStart(digits, '0');
  if (NAMED[character]) {
    return NAMED[character];
  }
  if (code >= 0xd800 && code <= 0xdfff) {
    return '\ufffd';
  }
  if (code <= 0xff) {
    return `\\x${hex(2)}`;
  }
  return code <= 0xffff ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}
