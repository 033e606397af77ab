import {
  formatPath,
  JsonObject,
  JsonValue,
  Problem,
} from 'backstage-plugin-kargo-common';

/** Where something stands in a manifest. */
export type Path = ReadonlyArray<string | number>;

/** A field of an older release, and what says the same today. */
export interface OlderField {
  /** Where the object with the field stands, below the step's `config`. */
  at?: Path;
  older: string;
  /** The field that took its place; both at once are refused. */
  newer: string;
  /** The release of Kargo that removed it. */
  removedIn: string;
  /** What to write in `newer`; `undefined` for what was never valid, which stays as it is. */
  toValue: (value: JsonValue) => JsonValue | undefined;
}

/** One step while it is read: it collects what its author should know. */
export class OlderStep {
  readonly warnings: string[] = [];
  readonly problems: Problem[] = [];

  constructor(
    private readonly place: {
      /** Of the step in its manifest. */
      path: Path;
      /** The expression of the outputs that the step's siblings leave. */
      outputs: string;
    },
  ) {}

  /** The object with today's field instead of the older one; the same where there is none. */
  replace(fields: JsonObject, field: OlderField): JsonObject {
    const { at = [], older, newer, removedIn, toValue } = field;
    if (!Object.hasOwn(fields, older)) {
      return fields;
    }
    if (isGiven(fields[newer])) {
      this.problems.push({
        path: this.pathOf([...at, older]),
        found: `the older name of "${newer}" beside it`,
        expected: `only "${newer}"`,
      });
      return fields;
    }
    const { [older]: value, ...rest } = fields;
    const modern = toValue(value);
    if (modern === undefined) {
      return fields;
    }
    this.warn(
      [...at, older],
      `Kargo ${removedIn} removed this field; it is read as "${newer}: ${modern}"`,
    );
    return { ...rest, [newer]: modern };
  }

  /** @param at - below the step's `config` */
  warn(at: Path, text: string): void {
    this.warnings.push(`${this.pathOf(at)}: ${text}`);
  }

  /** A template with one field of what another step left, or nothing where that left none. */
  outputOf(step: JsonValue, field: string): string | undefined {
    return typeof step === 'string' && step.length > 0
      ? `\${{ ${this.place.outputs}[${JSON.stringify(step)}].${field} }}`
      : undefined;
  }

  private pathOf(at: Path): string {
    return formatPath([...this.place.path, 'config', ...at]);
  }
}

/** Whether a field says anything: an empty text is as good as none. */
export function isGiven(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}
