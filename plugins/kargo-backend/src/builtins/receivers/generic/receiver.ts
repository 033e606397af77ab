import { InputError, isError } from '@backstage/errors';
import { GenericReceiver, WebhookAction } from 'backstage-plugin-kargo-common';
import {
  createWebhookReceiverType,
  WebhookActionOutcome,
} from 'backstage-plugin-kargo-node';
import {
  OpenedWebhook,
  WebhookExpressions,
} from '../../../ports/WebhookExpressions';
import {
  listTemplates,
  problemOfIndexes,
  selectTargets,
} from './selectTargets';

/** Most conditions and templates that one request has evaluated. */
const MAX_EVALUATIONS = 200;

/** Most conditions and templates of a receiver that are looked at when it is configured. */
const MAX_CHECKED = 1_000;

/** Receives requests of any shape; expressions say what they mean. */
export function createGenericReceiver(expressions: WebhookExpressions) {
  return createWebhookReceiverType({
    id: 'generic',
    description: 'Requests of any shape, read by expressions.',
    config: GenericReceiver,
    secretKey: 'secret',
    event: () => 'request',
    read: (request, body, { actions = [] }) => {
      const open = counted(expressions.open(request, body));
      return {
        kind: 'acted',
        actions: actions.map(action => decideAction(action, open)),
      };
    },
    *problems({ actions = [] }) {
      const count = actions.reduce((sum, action) => sum + countIn(action), 0);
      if (count > MAX_CHECKED) {
        yield `there are ${count} conditions and templates, and no more than ${MAX_CHECKED} are looked at; share the actions among several receivers`;
        return;
      }
      for (const [index, action] of actions.entries()) {
        for (const problem of problemsOf(action, expressions)) {
          yield problem && `action ${index + 1}: ${problem}`;
        }
      }
    },
  });
}

function decideAction(
  { whenExpression, parameters = {}, targetSelectionCriteria }: WebhookAction,
  open: OpenedWebhook,
): WebhookActionOutcome {
  const evaluation = open(parameters);
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

/** Refuses to go on when a request has had enough evaluated. */
function counted(open: OpenedWebhook): OpenedWebhook {
  let left = MAX_EVALUATIONS;
  const charge = () => {
    left -= 1;
    if (left < 0) {
      throw new InputError(
        `one request may have ${MAX_EVALUATIONS} conditions and templates evaluated; share the actions among several receivers`,
      );
    }
  };
  return parameters => {
    const evaluation = open(parameters);
    return {
      judge: expression => {
        charge();
        return evaluation.judge(expression);
      },
      render: (template, place) => {
        if (template.includes('${{')) {
          charge();
        }
        return evaluation.render(template, place);
      },
    };
  };
}

/** What expressions are blamed for; anything else is a fault of ours. */
function explanation(error: unknown): string {
  if (isError(error) && error.name === 'InputError') {
    return error.message;
  }
  throw error;
}

/** The conditions and templates of an action. */
function countIn({ targetSelectionCriteria = [] }: WebhookAction): number {
  return targetSelectionCriteria.reduce(
    (sum, target) => sum + listTemplates(target).length,
    1,
  );
}

/** What is wrong with each condition and template of an action, one after the other. */
function* problemsOf(
  { whenExpression = '', targetSelectionCriteria = [] }: WebhookAction,
  expressions: WebhookExpressions,
): Generator<string | undefined, void, undefined> {
  if (whenExpression.trim()) {
    const problem = expressions.problemOfCondition(whenExpression);
    yield problem && `whenExpression: ${problem}`;
  }
  for (const target of targetSelectionCriteria) {
    yield problemOfIndexes(target);
    for (const { place, template } of listTemplates(target)) {
      const problem = expressions.problemOfTemplate(template);
      yield problem && `${place}: ${problem}`;
    }
  }
}
