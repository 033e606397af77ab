import {
  firstIssue,
  receiverType,
  Secret,
  WebhookReceiver,
} from 'backstage-plugin-kargo-common';
import type { AnyWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { mapInSlices, Slices } from '../slices';
import { receiverPath } from './receiverPath';

/** What a configured receiver is served with. */
export interface ServedReceiver {
  name: string;
  type: AnyWebhookReceiverType;
  /** What its type reads of the configuration. */
  config: unknown;
  secret: Uint8Array;
  path: string;
}

/** A receiver that can be served, or why it cannot, in one sentence that names the fix. */
export type ReceiverResolution =
  | { kind: 'served'; receiver: ServedReceiver }
  | { kind: 'broken'; problem: string };

/** The Secret that a receiver names, if it is of a type at all. */
export function receiverSecretName(
  receiver: WebhookReceiver,
): string | undefined {
  return receiverType(receiver)?.config.secretRef.name;
}

/**
 * Makes of a configured receiver what it is served with.
 *
 * @param place.namespace - of the Secret, for messages
 * @param place.project - empty for a receiver of the installation
 */
export function resolveReceiver(
  receiver: WebhookReceiver,
  place: {
    types: ReadonlyMap<string, AnyWebhookReceiverType>;
    secret: Secret | undefined;
    namespace: string;
    project: string;
  },
): ReceiverResolution {
  const { name } = receiver;
  const given = receiverType(receiver);
  const type = given && place.types.get(given.type);
  if (!given || !type) {
    const known = [...place.types.keys()].join(', ');
    return broken(
      name,
      given
        ? `there is no type '${given.type}'; known: ${known}`
        : `it has no type; known: ${known}`,
    );
  }
  const parsed = parseConfig(type, given.config);
  if ('problem' in parsed) {
    return broken(name, parsed.problem);
  }
  const secretName = given.config.secretRef.name;
  const where = `Secret '${secretName}' in namespace '${place.namespace}'`;
  if (!place.secret) {
    return broken(name, `${where} does not exist; create it there`);
  }
  const secret = Buffer.from(
    place.secret.data?.[type.secretKey] ?? '',
    'base64',
  );
  if (secret.length === 0) {
    return broken(name, `${where} has no data under '${type.secretKey}'`);
  }
  const path = receiverPath({
    ...{ type: type.id, project: place.project, name, secret },
  });
  return {
    kind: 'served',
    receiver: { name, type, config: parsed.config, secret, path },
  };
}

/** What a type of receiver reads of its configuration; one of an extension may break at it. */
function parseConfig(
  type: AnyWebhookReceiverType,
  given: unknown,
): { config: unknown } | { problem: string } {
  try {
    const { data, error } = type.config.safeParse(given);
    if (!error) {
      return { config: data };
    }
    return { problem: firstIssue(error, type.id) };
  } catch (error) {
    return { problem: `${type.id}: ${(error as Error).message}` };
  }
}

/** What can never work in a receiver that is served, one sentence each. */
export function* receiverProblems({
  name,
  type,
  config,
}: ServedReceiver): Slices<string[]> {
  const prefix = `Receiver '${name}'`;
  try {
    return yield* mapInSlices(
      type.problems?.(config as never) ?? [],
      problem => problem && `${prefix}: ${problem}`,
    );
  } catch (error) {
    // What an extension cannot tell of its receiver is no matter of the others.
    return [`${prefix}: ${(error as Error).message}`];
  }
}

function broken(name: string, problem: string): ReceiverResolution {
  return { kind: 'broken', problem: `Receiver '${name}': ${problem}` };
}
