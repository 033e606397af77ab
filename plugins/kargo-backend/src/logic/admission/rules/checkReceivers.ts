import { WebhookReceiver, WebhookTarget } from 'backstage-plugin-kargo-common';
import { Slices } from '../../slices';
import { isRepeated, Report } from './report';

export function* checkReceivers(
  {
    webhookReceivers: receivers = [],
  }: { webhookReceivers?: WebhookReceiver[] },
  report: Report,
): Slices<void> {
  const names = new Set<string>();
  for (const [index, receiver] of receivers.entries()) {
    const path = ['spec', 'webhookReceivers', index];
    if (isRepeated(receiver.name, names)) {
      report([...path, 'name'], 'a unique name');
    }
    if (Object.keys(receiver).length !== 2) {
      report(path, 'a name and exactly one provider');
    }
    receiver.generic?.actions?.forEach((action, at) =>
      action.targetSelectionCriteria?.forEach((target, position) => {
        if (takesEverything(target)) {
          report(
            [
              ...[...path, 'generic', 'actions', at],
              ...['targetSelectionCriteria', position],
            ],
            'at least one of "name", "labelSelector" and "indexSelector"',
          );
        }
      }),
    );
    yield;
  }
}

/** A selector without conditions selects as little as none. */
function takesEverything({
  name,
  labelSelector: { matchLabels = {}, matchExpressions = [] } = {},
  indexSelector: { matchIndices = [] } = {},
}: WebhookTarget): boolean {
  return (
    !name &&
    Object.keys(matchLabels).length === 0 &&
    matchExpressions.length === 0 &&
    matchIndices.length === 0
  );
}
