import { WebhookTarget } from 'backstage-plugin-kargo-common';
import { WebhookSelection } from 'backstage-plugin-kargo-node';
import { WebhookEvaluation } from '../../../ports/WebhookExpressions';

type Labels = NonNullable<WebhookSelection['labels']>;

/**
 * The resources that one criterion selects for a request.
 *
 * @throws InputError when a template cannot be rendered
 */
export function selectTargets(
  target: WebhookTarget,
  evaluation: WebhookEvaluation,
): WebhookSelection {
  const { kind, name, labelSelector, indexSelector } = target;
  const labels: Labels = [
    ...Object.entries(labelSelector?.matchLabels ?? {}).map(
      ([key, value]): Labels[number] => ({
        key,
        operator: 'In',
        values: [evaluation.render(value, `the label ${key}`)],
      }),
    ),
    ...(labelSelector?.matchExpressions ?? []).map(
      ({ key, operator, values }): Labels[number] => ({
        key,
        operator,
        ...(values && {
          values: values.map(value =>
            evaluation.render(value, `the label ${key}`),
          ),
        }),
      }),
    ),
  ];
  const indexes = (indexSelector?.matchIndices ?? []).map(
    ({ key, operator, value }) => ({
      key,
      value: evaluation.render(value, `the index ${key}`),
      ...(operator === 'NotEquals' && { not: true }),
    }),
  );
  return {
    kind,
    ...(name !== undefined && { name: evaluation.render(name, 'the name') }),
    ...(labels.length > 0 && { labels }),
    ...(indexes.length > 0 && { indexes }),
  };
}

/** Everything in a criterion that may be a template, with what it is. */
export function listTemplates(
  target: WebhookTarget,
): Array<{ place: string; template: string }> {
  const { name, labelSelector, indexSelector } = target;
  return [
    ...(name === undefined ? [] : [{ place: 'the name', template: name }]),
    ...Object.entries(labelSelector?.matchLabels ?? {}).map(
      ([key, template]) => ({ place: `the label ${key}`, template }),
    ),
    ...(labelSelector?.matchExpressions ?? []).flatMap(({ key, values = [] }) =>
      values.map(template => ({ place: `the label ${key}`, template })),
    ),
    ...(indexSelector?.matchIndices ?? []).map(({ key, value }) => ({
      place: `the index ${key}`,
      template: value,
    })),
  ];
}

/** The indexes by which a criterion can select, by kind. */
const INDEXES: Record<WebhookTarget['kind'], readonly string[]> = {
  Warehouse: ['subscribedURLs'],
  Promotion: [],
};

/** What is wrong with the indexes that a criterion names, if anything is. */
export function problemOfIndexes({
  kind,
  indexSelector,
}: WebhookTarget): string | undefined {
  const known = INDEXES[kind];
  const unknown = (indexSelector?.matchIndices ?? []).find(
    ({ key }) => !known.includes(key),
  );
  return (
    unknown &&
    `${kind}s have no index '${unknown.key}'; ${
      known.length > 0 ? `known: ${known.join(', ')}` : 'they have none'
    }`
  );
}
