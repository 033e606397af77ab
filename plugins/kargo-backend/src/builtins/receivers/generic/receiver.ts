import { isError } from '@backstage/errors';
import {
  GenericReceiver,
  JsonValue,
  WebhookAction,
} from 'backstage-plugin-kargo-common';
import {
  createWebhookReceiverType,
  WebhookActionOutcome,
  WebhookRequest,
} from 'backstage-plugin-kargo-node';
import { WebhookExpressions } from '../../../ports/WebhookExpressions';
import {
  listTemplates,
  problemOfIndexes,
  selectTargets,
} from './selectTargets';

/** Receives requests of any shape; expressions say what they mean. */
export function createGenericReceiver(expressions: WebhookExpressions) {
  return createWebhookReceiverType({
    id: 'generic',
    description: 'Requests of any shape, read by expressions.',
    config: GenericReceiver,
    secretKey: 'secret',
    event: () => 'request',
    read: (request, body, { actions = [] }) => ({
      kind: 'acted',
      actions: actions.map(action =>
        decideAction(action, { request, body, expressions }),
      ),
    }),
    problems: ({ actions = [] }) =>
      actions.flatMap((action, index) =>
        problemsOf(action, expressions).map(
          problem => `action ${index + 1}: ${problem}`,
        ),
      ),
  });
}

function decideAction(
  { whenExpression, parameters = {}, targetSelectionCriteria }: WebhookAction,
  {
    request,
    body,
    expressions,
  }: {
    request: WebhookRequest;
    body: JsonValue | undefined;
    expressions: WebhookExpressions;
  },
): WebhookActionOutcome {
  const evaluation = expressions.open(request, body, parameters);
  try {
    if (whenExpression?.trim() && !evaluation.judge(whenExpression)) {
      return { kind: 'notApplicable' };
    }
  } catch (error) {
    return {
      kind: 'error',
      problem: `whenExpression: ${explanation(error)}`,
    };
  }
  try {
    const targets = targetSelectionCriteria ?? [];
    const problem = targets.map(problemOfIndexes).find(found => found);
    return problem
      ? { kind: 'error', problem, matched: true }
      : {
          kind: 'selected',
          selections: targets.map(target => selectTargets(target, evaluation)),
        };
  } catch (error) {
    return { kind: 'error', problem: explanation(error), matched: true };
  }
}

/** What expressions are blamed for; anything else is a fault of ours. */
function explanation(error: unknown): string {
  if (isError(error) && error.name === 'InputError') {
    return error.message;
  }
  throw error;
}

function problemsOf(
  { whenExpression = '', targetSelectionCriteria = [] }: WebhookAction,
  expressions: WebhookExpressions,
): string[] {
  const condition = whenExpression.trim()
    ? expressions.problemOfCondition(whenExpression)
    : undefined;
  return [
    ...(condition ? [`whenExpression: ${condition}`] : []),
    ...targetSelectionCriteria.flatMap(target => [
      ...[problemOfIndexes(target)].flatMap(problem => problem ?? []),
      ...listTemplates(target).flatMap(({ place, template }) => {
        const problem = expressions.problemOfTemplate(template);
        return problem ? [`${place}: ${problem}`] : [];
      }),
    ]),
  ];
}
