import { InputError } from '@backstage/errors';
import { IndexSelection } from '../../ports/ResourceIndex';
import { LabelRequirement, Selection } from '../../ports/ResourceStore';
import { assertStorable } from './storableText';
import { indexTerm, labelTerm, Terms, TermRules, toTermValue } from './terms';

/** A condition on the terms of a resource. Without values: that the term is there. */
export interface TermCondition {
  term: string;
  values?: string[];
  /** Whether the condition must not hold. */
  negated: boolean;
}

/** What a list or watch selects, in terms. */
export interface Filter {
  namespace?: string;
  names?: string[];
  conditions: TermCondition[];
}

/** @throws InputError for an index that the kind does not declare. */
export function toFilter(
  kind: string,
  options: Selection & IndexSelection,
  rules: TermRules,
): Filter {
  assertSelection(options);
  const conditions = (options.labels ?? []).map(toCondition);
  for (const { name, value, not } of [options.index ?? []].flat()) {
    rules.assertIndex(kind, name);
    conditions.push({
      term: indexTerm(name),
      values: [value].flat().map(toTermValue),
      negated: not ?? false,
    });
  }
  return { namespace: options.namespace, names: options.names, conditions };
}

function assertSelection(options: Selection & IndexSelection): void {
  const { namespace = '', names = [], labels = [], index } = options;
  const texts = [
    namespace,
    ...names,
    ...labels.flatMap(({ key, values = [] }) => [key, ...values]),
    ...[index ?? []].flat().flatMap(({ value }) => value),
  ];
  texts.forEach(text => assertStorable(text, 'What is selected'));
}

function toCondition(requirement: LabelRequirement): TermCondition {
  const { key, operator, values } = requirement;
  const needsValues = operator === 'In' || operator === 'NotIn';
  if (needsValues && !values?.length) {
    throw new InputError(
      `The label requirement "${key} ${operator}" needs at least one value`,
    );
  }
  return {
    term: labelTerm(key),
    values: needsValues ? values?.map(toTermValue) : undefined,
    negated: operator === 'NotIn' || operator === 'DoesNotExist',
  };
}

/** Whether a resource in a given state is selected; no state, no match. */
export function matchesFilter(
  filter: Filter,
  key: { namespace: string; name: string },
  terms: Terms | undefined,
): boolean {
  if (!terms) {
    return false;
  }
  if (filter.namespace !== undefined && filter.namespace !== key.namespace) {
    return false;
  }
  if (filter.names && !filter.names.includes(key.name)) {
    return false;
  }
  return filter.conditions.every(({ term, values, negated }) => {
    const held = terms[term];
    const holds = values
      ? !!held?.some(value => values.includes(value))
      : held !== undefined;
    return holds !== negated;
  });
}
