/** A value that an update can set. */
export type HclValue = string | number | boolean;

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
};
const ESCAPED: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/** A value as HCL writes it: texts in quotes, where nothing is interpolated. */
export function writeLiteral(value: HclValue): string {
  if (typeof value !== 'string') {
    return String(value);
  }
  const escaped = value
    .replaceAll(/[\n\r\t"\\]/g, character => ESCAPED[character])
    .replaceAll(
      // eslint-disable-next-line no-control-regex -- they cannot stand in a quoted text
      /[\0-\x1f\x7f]/g,
      character =>
        `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .replaceAll(/[$%](?=\{)/g, character => character.repeat(2));
  return `"${escaped}"`;
}

/** The value of a literal; `undefined` of everything that is computed. */
export function readLiteral(written: string): HclValue | undefined {
  if (written === 'true' || written === 'false') {
    return written === 'true';
  }
  return NUMBER.test(written) ? Number(written) : readQuoted(written);
}

/** The text of a quoted one; `undefined` of one that interpolates, and of everything else. */
export function readQuoted(written: string): string | undefined {
  const inner = /^"((?:[^"\\]|\\.)*)"$/s.exec(written)?.[1];
  if (inner === undefined || /(?<![$%])[$%]\{/.test(inner)) {
    return undefined;
  }
  return inner
    .replaceAll(/\$\$\{|%%\{/g, mark => mark.slice(1))
    .replaceAll(
      /\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/gs,
      (whole, short, long, single) => {
        const code = parseInt(short ?? long ?? '', 16);
        return code <= 0x10ffff
          ? String.fromCodePoint(code)
          : ESCAPES[single] ?? whole;
      },
    );
}
