import { LabelSelector } from 'backstage-plugin-kargo-common';

const LABEL_KEY = /^(?:[\w.-]{1,253}\/)?[\w.-]{1,63}$/;
const LABEL_VALUE = /^[\w.-]{0,63}$/;

/**
 * A label selector in the notation of the Kubernetes API.
 *
 * @returns why it can select nothing instead, when a requirement contradicts itself
 */
export function writeSelector(
  selector: LabelSelector,
): { text: string } | { problem: string } {
  const labels = Object.entries(selector.matchLabels ?? {});
  const expressions = selector.matchExpressions ?? [];
  const keys = [
    ...labels.map(([key]) => key),
    ...expressions.map(({ key }) => key),
  ];
  const values = [
    ...labels.map(([, value]) => value),
    ...expressions.flatMap(expression => expression.values ?? []),
  ];
  const odd =
    keys.find(key => !LABEL_KEY.test(key)) ??
    values.find(value => !LABEL_VALUE.test(value));
  if (odd !== undefined) {
    return { problem: `"${odd}" can be no label` };
  }
  const terms = labels.map(([key, value]) => `${key}=${value}`);
  for (const { key, operator, values: listed = [] } of expressions) {
    const takesValues = operator === 'In' || operator === 'NotIn';
    if (takesValues !== listed.length > 0) {
      return {
        problem: `the requirement on label "${key}" ${
          takesValues ? 'needs "values"' : 'takes no "values"'
        } with operator ${operator}`,
      };
    }
    terms.push(writeExpression(key, operator, listed));
  }
  return { text: terms.join(',') };
}

function writeExpression(
  key: string,
  operator: string,
  values: readonly string[],
): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.join(',')})`;
    case 'NotIn':
      return `${key} notin (${values.join(',')})`;
    case 'Exists':
      return key;
    default:
      return `!${key}`;
  }
}
