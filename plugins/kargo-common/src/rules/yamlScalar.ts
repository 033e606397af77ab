/** A value that a scalar of YAML may have. @public */
export type ScalarValue = string | number | boolean | null;

const NAMED = new Map<string, ScalarValue>([
  ...name(true, 'y Y yes Yes YES true True TRUE on On ON'),
  ...name(false, 'n N no No NO false False FALSE off Off OFF'),
  ...name(null, '~ null Null NULL'),
  ['', null],
  ...name(NaN, '.nan .NaN .NAN'),
  ...name(Infinity, '.inf .Inf .INF +.inf +.Inf +.INF'),
  ...name(-Infinity, '-.inf -.Inf -.INF'),
]);

function name<T>(value: T, texts: string): Array<[string, T]> {
  return texts.split(' ').map(text => [text, value]);
}

const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const INTEGER =
  /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|([1-9]\d*|0))$/;
/** Longer texts are no numbers; it also bounds the work on each. */
const MAX_NUMBER_LENGTH = 400;
const INT64_MIN = -(2n ** 63n);
const UINT64_MAX = 2n ** 64n - 1n;

/**
 * The value of a scalar that is neither quoted nor tagged, as tools of Kubernetes take it: YAML
 * 1.1 as their Go library reads it. Dates stay texts, `yes` is true, `012` is ten, `0o12` too.
 *
 * @public
 */
export function plainScalar(text: string): ScalarValue {
  const named = NAMED.get(text);
  if (named !== undefined) {
    return named;
  }
  if (!/^[-+.\d]/.test(text) || text.length > MAX_NUMBER_LENGTH) {
    return text;
  }
  // A number that starts with a dot is read as it stands, any other without `_`.
  const digits = text.startsWith('.') ? text : text.replaceAll('_', '');
  return integer(digits) ?? float(digits) ?? text;
}

function integer(text: string): number | undefined {
  const match = INTEGER.exec(text);
  if (!match) {
    return undefined;
  }
  const [, sign, hex, binary, octal, decimal] = match;
  const magnitude = BigInt(
    (hex && `0x${hex}`) ??
      (binary && `0b${binary}`) ??
      (octal && `0o${octal}`) ??
      decimal,
  );
  const value = sign === '-' ? -magnitude : magnitude;
  // What has no 64 bits is read as a float, if it looks like one.
  return value >= INT64_MIN && value <= UINT64_MAX ? Number(value) : undefined;
}

function float(text: string): number | undefined {
  if (!FLOAT.test(text)) {
    return undefined;
  }
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * The value of a scalar with an explicit tag, such as `int` for `!!int`; `undefined` when
 * it cannot have that tag.
 *
 * @public
 */
export function taggedScalar(
  tag: string,
  text: string,
): ScalarValue | undefined {
  switch (tag) {
    case 'binary':
      return fromBase64(text);
    case 'null':
      return NAMED.get(text) === null ? null : undefined;
    case 'bool': {
      const value = NAMED.get(text);
      return typeof value === 'boolean' ? value : undefined;
    }
    case 'int':
      return integer(text.replaceAll('_', ''));
    case 'float': {
      const value = plainScalar(text);
      return typeof value === 'number' ? value : undefined;
    }
    default:
      return text;
  }
}

function fromBase64(text: string): string | undefined {
  const packed = text.replace(/\s/g, '');
  if (packed.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(packed)) {
    return undefined;
  }
  const bytes = Uint8Array.from(atob(packed), byte => byte.charCodeAt(0));
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/**
 * An expression that begins with a negation and has no quotes around it, such as
 * `!(author contains 'bot')`: YAML takes its beginning for a tag. `undefined` for tags
 * that may be meant.
 *
 * @param tag - with its exclamation mark
 * @param text - what stands behind it
 * @public
 */
export function unquotedNegation(
  tag: string,
  text: string,
): string | undefined {
  return tag.startsWith('!(') ? `${tag} ${text}`.trimEnd() : undefined;
}

/** A tag of the `yaml` library, as far as it reads. @public */
export interface YamlScalarTag {
  tag: string;
  default?: boolean;
  test?: RegExp;
  resolve(text: string, onError: (message: string) => void): unknown;
}

/**
 * The rule as tags of the `yaml` library, for its schema `failsafe`.
 *
 * @public
 */
export const YAML_SCALAR_TAGS: YamlScalarTag[] = [
  {
    tag: 'tag:kubernetes,plain',
    default: true,
    // A merge is a merge.
    test: /^(?!<<$)/,
    resolve: plainScalar,
  },
  ...['bool', 'int', 'float', 'null', 'binary', 'timestamp'].map(tag => ({
    tag: `tag:yaml.org,2002:${tag}`,
    resolve(text: string, onError: (message: string) => void) {
      const value = taggedScalar(tag, text);
      if (value === undefined) {
        onError(`this is no ${tag}`);
      }
      return value;
    },
  })),
];
