import { JsonValue } from 'backstage-plugin-kargo-common';
import { splitTemplate } from '../../../expressions/splitTemplate';
import { TemplateError } from '../../../expressions/TemplateError';

/**
 * The expression that has the value of a template's text: `"a"` for `a`, `vars.x` for
 * `${{ vars.x }}`, `"a" + string(vars.x)` for both; `undefined` for what is no such text.
 */
export function toExpression(
  template: JsonValue | undefined,
): string | undefined {
  if (typeof template !== 'string' || template === '') {
    return undefined;
  }
  try {
    const parts = splitTemplate(template).filter(
      part => !('text' in part) || part.text !== '',
    );
    const pieces = parts.map(part => {
      if ('text' in part) {
        return JSON.stringify(part.text);
      }
      return parts.length === 1
        ? part.expression
        : `string(${part.expression})`;
    });
    return pieces.join(' + ');
  } catch (error) {
    if (error instanceof TemplateError) {
      // It cannot be rendered either, which the Promotion will tell.
      return undefined;
    }
    throw error;
  }
}
