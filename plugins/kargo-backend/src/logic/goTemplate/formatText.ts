import { JsonValue } from 'backstage-plugin-kargo-common';
import { GoTemplateError } from './GoTemplateError';
import { printValue } from './values';

const VERB = /%(?:%|(-)?(0)?(\d{1,3})?(?:\.(\d{1,3}))?([a-zA-Z]))/g;

/**
 * Fills a format of `printf`: the verbs `%s`, `%v`, `%d`, `%q`, `%t`, `%f` and `%x` with
 * width, precision, `-` and `0`.
 *
 * @throws GoTemplateError where Go would print what is wrong into the text
 */
export function formatText(format: string, args: readonly JsonValue[]): string {
  let next = 0;
  const text = format.replace(
    VERB,
    (verb, left, zero, width, precision, letter) => {
      if (verb === '%%') {
        return '%';
      }
      if (next >= args.length) {
        throw new GoTemplateError(`printf: ${verb} has no argument`);
      }
      const value = args[next];
      next += 1;
      const shown = formatValue(value, letter, precision);
      const least = Number(width ?? 0);
      if (left) {
        return shown.padEnd(least);
      }
      return shown.padStart(least, zero ? '0' : ' ');
    },
  );
  if (next < args.length) {
    throw new GoTemplateError('printf: more arguments than verbs');
  }
  return text;
}

function formatValue(
  value: JsonValue,
  letter: string,
  precision: string | undefined,
): string {
  const isFitting =
    'sv'.includes(letter) ||
    ('q'.includes(letter) && typeof value === 'string') ||
    ('df'.includes(letter) && typeof value === 'number') ||
    ('x'.includes(letter) && ['number', 'string'].includes(typeof value)) ||
    ('t'.includes(letter) && typeof value === 'boolean');
  if (!isFitting) {
    throw new GoTemplateError(
      `printf: %${letter} cannot show ${JSON.stringify(value)}`,
    );
  }
  switch (letter) {
    case 'q':
      return JSON.stringify(value);
    case 'f':
      return Number(value).toFixed(Number(precision ?? 6));
    case 'x':
      return typeof value === 'number'
        ? Math.trunc(value).toString(16)
        : Buffer.from(String(value)).toString('hex');
    case 'd':
      return Math.trunc(Number(value)).toFixed(0);
    default: {
      const text = printValue(value);
      return precision === undefined
        ? text
        : [...text].slice(0, Number(precision)).join('');
    }
  }
}
