import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { pick } from 'backstage-plugin-kargo-backend/src/testing/seededRandom';
import { ODD_FIELDS, ODD_VALUES } from './oddities';

/** A body as it is sent, with what is said about it. */
export interface Body {
  bytes?: Uint8Array;
  headers: Record<string, string>;
}

type Random = () => number;

const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/yaml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
  'x',
  ';;;',
];

/** Deep enough for every limit, and too deep for none of the test's own. */
const DEEP = 2_000;

const WHOLE: ReadonlyArray<(body: unknown) => string> = [
  body => JSON.stringify(body ?? {}),
  body => stringify(body ?? {}),
  body => `${stringify(body ?? {})}---\n${stringify(body ?? {})}`,
  body => JSON.stringify([body, body]),
  body => JSON.stringify({ ...Object(body), ...Object(body) }),
  () => '',
  () => 'null',
  () => '{',
  () => '42',
  () => '"text"',
  () => '- - - -',
  () => 'a: &a [*a]',
  () => '<<: 1',
  () => '%YAML 9\n---\n',
  () => '{"a": 1, "a": {"b": 1e999}, "__proto__": {"x": 1}}',
  () => '['.repeat(DEEP),
  () => `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
  () => JSON.stringify({ name: 'x'.repeat(1_100_000) }),
];

const BYTES: ReadonlyArray<(text: string, random: Random) => Uint8Array> = [
  text => Buffer.from(text),
  (text, random) =>
    Buffer.from(text).subarray(0, Math.floor(random() * text.length)),
  text => Buffer.from(text, 'utf16le'),
  text => Buffer.concat([Buffer.from('\ufeff'), Buffer.from(text)]),
  text => Buffer.concat([Buffer.from(text), Buffer.from([0xff, 0xfe, 0x00])]),
  (text, random) => flipped(Buffer.from(text), random),
];

/** A body like the given one, with something wrong in it or about it. */
export function mutateBody(given: unknown, random: Random): Body {
  const body = random() < 0.6 ? mutateValue(given, random) : given;
  const isTold = random() < 0.7;
  const text =
    isTold && body !== undefined
      ? textOf(body)
      : pick(random, WHOLE)(typeof body === 'string' ? undefined : body);
  const bytes =
    random() < 0.8 ? Buffer.from(text) : pick(random, BYTES)(text, random);
  return {
    bytes,
    headers: {
      'content-type':
        random() < 0.7 ? 'application/json' : pick(random, CONTENT_TYPES),
      ...(random() < 0.05 && { 'content-encoding': 'gzip' }),
    },
    ...(random() < 0.03 && compressed(bytes)),
  };
}

function compressed(bytes: Uint8Array): Body {
  return {
    bytes: gzipSync(bytes),
    headers: {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    },
  };
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function flipped(bytes: Buffer, random: Random): Buffer {
  if (bytes.length > 0) {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  }
  return bytes;
}

/** The same value with one member, somewhere, made odd, removed or added. */
function mutateValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random() < 0.1) {
    return pick<unknown>(random, ODD_VALUES);
  }
  if (Array.isArray(value)) {
    const at = Math.floor(random() * value.length);
    return value.map((each, index) =>
      index === at ? mutateValue(each, random) : each,
    );
  }
  const entries = Object.entries(value);
  const [field] = pick(random, entries) ?? [];
  const kind = random();
  if (field === undefined || kind < 0.15) {
    const added = pick(random, ODD_FIELDS);
    return Object.fromEntries([
      ...entries,
      [added, pick<unknown>(random, ODD_VALUES)],
    ]);
  }
  return Object.fromEntries(
    entries.flatMap(([name, each]) => {
      if (name !== field) {
        return [[name, each]];
      }
      return kind < 0.3 ? [] : [[name, mutateValue(each, random)]];
    }),
  );
}
