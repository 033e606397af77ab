import { loadAll, Schema, YAMLException } from 'js-yaml';
import { ForeignInputError } from '../ForeignInputError';
import { Json } from '../jsonValue';
import { Limits } from '../limits';
import { finishDocument } from './finishDocument';
import { KUBERNETES_SCHEMA, TEXT_SCHEMA } from './kubernetesSchema';
import { DocumentText, splitDocuments } from './splitDocuments';

/** A document that was read, with what is odd about it; or what is wrong with it. */
export type ReadDocument =
  | { value: Json; warning?: string }
  | { problem: string };

/** What scalars become: what Kubernetes takes them for, or the texts that they are written as. */
export type ScalarReading = 'kubernetes' | 'texts';

const SCHEMAS: Record<ScalarReading, Schema> = {
  kubernetes: KUBERNETES_SCHEMA,
  texts: TEXT_SCHEMA,
};

/** What the parser says of a key that stands twice. */
const REPEATED = 'duplicated mapping key';

/**
 * The documents of a YAML text, one by one; empty ones are left out. Reading goes on after
 * a broken one.
 *
 * @remarks
 * js-yaml 4 and not 5: it reads what Kubernetes reads, such as a bracket that closes at
 * the depth of the key it belongs to. See docs/decisions/0005-foreign-input.md.
 *
 * @throws ForeignInputError when there are more documents than the limit.
 */
export function* parseYamlDocuments(
  text: string,
  limits: Limits,
  scalars: ScalarReading = 'kubernetes',
): Generator<ReadDocument> {
  let count = 0;
  for (const part of splitDocuments(text)) {
    for (const document of parsePart(part, limits, scalars)) {
      count += 1;
      if (count > limits.documents) {
        throw new ForeignInputError(
          `it has more than ${limits.documents} documents`,
        );
      }
      yield document;
    }
  }
}

/** Usually one document: line breaks that only old versions of YAML know make several. */
function parsePart(
  part: DocumentText,
  limits: Limits,
  scalars: ScalarReading,
): ReadDocument[] {
  try {
    const { values, warning } = load(part, limits, scalars);
    return values.flatMap(value => {
      const finished = finishDocument(value, limits);
      return finished === null
        ? []
        : [{ value: finished, ...(warning && { warning }) }];
    });
  } catch (error) {
    return [{ problem: describe(error, part.line) }];
  }
}

/** The last of equal keys counts, as in Kubernetes; that there are some is told. */
function load(
  { text, line }: DocumentText,
  limits: Limits,
  scalars: ScalarReading,
): { values: unknown[]; warning?: string } {
  const schema = SCHEMAS[scalars];
  try {
    return { values: loadStrictly(text, limits, schema, false) };
  } catch (error) {
    if (!(error instanceof YAMLException) || error.reason !== REPEATED) {
      throw error;
    }
    return {
      values: loadStrictly(text, limits, schema, true),
      warning: `the key at line ${
        line + error.mark.line + 1
      } stands more than once in its mapping; the last one counts`,
    };
  }
}

function loadStrictly(
  text: string,
  limits: Limits,
  schema: Schema,
  mayRepeatKeys: boolean,
): unknown[] {
  let nodes = 0;
  return loadAll(text, null, {
    schema,
    json: mayRepeatKeys,
    maxDepth: limits.depth,
    // Called for every value before it is read.
    listener: event => {
      nodes += event === 'open' ? 1 : 0;
      // A mapping opens more than once while the parser finds out what it is.
      if (nodes > 4 * limits.nodes) {
        throw new ForeignInputError(`it has more than ${limits.nodes} values`);
      }
    },
  } as Parameters<typeof loadAll>[2]);
}

/** What the parser expected and where; the text around it stays out of messages. */
function describe(error: unknown, firstLine: number): string {
  if (error instanceof YAMLException) {
    const { reason, mark } = error;
    return `${withoutContent(reason)} at line ${
      firstLine + mark.line + 1
    }, column ${mark.column + 1}`;
  }
  if (error instanceof ForeignInputError) {
    return error.message;
  }
  if (error instanceof TypeError && /\bSymbol\b/.test(error.message)) {
    // The parser writes the elements of a list as one key, and marks are nothing to write.
    return 'it has a list as a key';
  }
  throw error;
}

/** Names of anchors and tags are content too, which may be a password without quotes. */
function withoutContent(reason: string): string {
  return /\btag\b/.test(reason)
    ? 'a tag that does not fit'
    : reason.split(/ ?["(]/)[0];
}
