import { JsonValue } from 'backstage-plugin-kargo-common';
import { WebhookRequest } from 'backstage-plugin-kargo-node';

/** The expressions of generic receivers. */
export interface WebhookExpressions {
  /** Why an expression can never be evaluated, if it cannot. */
  problemOfCondition(expression: string): string | undefined;
  /** Why a template can never be rendered, if it cannot. */
  problemOfTemplate(template: string): string | undefined;
  /** What expressions see of one request; all of its actions have one bound of work together. */
  open(request: WebhookRequest, body: JsonValue | undefined): OpenedWebhook;
}

/** Gives the evaluation of one action, which sees its parameters. */
export type OpenedWebhook = (
  parameters: Record<string, string>,
) => WebhookEvaluation;

/** Expressions about one request. Errors name places and types, never values. */
export interface WebhookEvaluation {
  /** @throws InputError when it cannot be evaluated or comes to anything but true or false */
  judge(expression: string): boolean;
  /** @throws InputError when it cannot be rendered or comes to anything but a text */
  render(template: string, place: string): string;
}
