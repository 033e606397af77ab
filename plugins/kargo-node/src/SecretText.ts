/** What stands in the place of a secret. @public */
export const REDACTED = '[redacted]';

/**
 * A secret that prints as a placeholder wherever text or JSON is made of it. Only
 * `reveal` gives the value; call it where the value leaves the process.
 *
 * @public
 */
export class SecretText {
  readonly #value: string;

  static of(value: string): SecretText {
    return new SecretText(value);
  }

  private constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
