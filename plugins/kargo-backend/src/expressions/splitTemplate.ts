import { TemplateError } from './TemplateError';
import { trimBlanks } from './trimBlanks';

/** A piece of a template: text to keep or the source of an expression. */
export type TemplatePart = { text: string } | { expression: string };

const OPENING = /\$\{([{%])/g;

/** Whether a text holds any expression; one without is taken as it stands. */
export function isTemplate(source: string): boolean {
  return source.includes('${{') || source.includes('${%');
}

/**
 * Text and expressions of a template in turn.
 *
 * @remarks
 * The first closing delimiter of the kind that opened ends an expression, whatever is in
 * it. As in Kargo, an empty expression ends the reading: all that follows is text.
 *
 * @throws TemplateError when a closing delimiter is missing.
 */
export function splitTemplate(source: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let position = 0;
  for (;;) {
    OPENING.lastIndex = position;
    const opening = OPENING.exec(source);
    if (!opening) {
      return [...parts, { text: source.slice(position) }];
    }
    const start = opening.index + opening[0].length;
    const closing = opening[1] === '{' ? '}}' : '%}';
    const end = source.indexOf(closing, start);
    if (end < 0) {
      throw new TemplateError(
        'template',
        `'${opening[0]}' has no closing '${closing}'`,
      );
    }
    parts.push({ text: source.slice(position, opening.index) });
    position = end + closing.length;
    if (end === start) {
      return [...parts, { text: source.slice(position) }];
    }
    // Trimmed, so that messages count columns from where people do.
    parts.push({ expression: trimBlanks(source.slice(start, end)) });
  }
}
