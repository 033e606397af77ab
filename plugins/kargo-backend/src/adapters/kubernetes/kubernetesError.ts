import { ConflictError, NotFoundError } from '@backstage/errors';
import {
  CredentialsRejectedError,
  UpstreamUnavailableError,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { kubernetesClient } from './client';

/** What an API server says when it says no. */
const Status = z.object({
  kind: z.literal('Status'),
  message: z.string().default(''),
  details: z.looseObject({ name: z.string().optional() }).optional(),
});

/** What was tried, for messages. */
export interface Attempted {
  /** For example `get Application "argocd/a"`. */
  what: string;
  /** Of the cluster. */
  name: string;
  /** Where an operator configures the cluster. */
  settings: string;
  /** What is missing from an API server that does not know what was asked for at all. */
  unknownKind: string;
}

/**
 * Names what kept an API server from answering as it should. An object that is not there
 * is a `NotFoundError`; an API server that does not know its kind at all is unavailable, as
 * what brings the kind may be just being installed.
 */
export function toKubernetesError(
  error: unknown,
  { what, name: cluster, settings, unknownKind }: Attempted,
): Error {
  if (!(error instanceof kubernetesClient().ApiException)) {
    return new UpstreamUnavailableError(
      cluster,
      `cluster "${cluster}" could not be asked to ${what}: ${reasonOf(error)}`,
      { cause: error },
    );
  }
  const told = readStatus(error.body);
  switch (error.code) {
    case 401:
      return new CredentialsRejectedError(
        `cluster "${cluster}" did not accept its credentials; see ${settings}`,
      );
    case 403:
      return new CredentialsRejectedError(
        `the credentials of cluster "${cluster}" may not ${what}; see ${settings}`,
      );
    case 404:
      return told?.details?.name
        ? new NotFoundError(
            // What is missing may be the namespace.
            `cluster "${cluster}" could not ${what}: ${
              told.message || 'not found'
            }`,
          )
        : new UpstreamUnavailableError(
            cluster,
            `cluster "${cluster}" ${unknownKind}`,
          );
    case 409:
      return new ConflictError(
        `somebody else changed it at the same time: ${what}`,
      );
    default:
      return error.code === 429 || error.code >= 500
        ? new UpstreamUnavailableError(
            cluster,
            `cluster "${cluster}" could not ${what}: status ${error.code}${
              told?.message ? `, ${told.message}` : ''
            }`,
          )
        : new Error(
            `cluster "${cluster}" refused to ${what}: status ${error.code}${
              told?.message ? `, ${told.message}` : ''
            }`,
          );
  }
}

function readStatus(body: unknown): z.output<typeof Status> | undefined {
  try {
    return Status.safeParse(typeof body === 'string' ? JSON.parse(body) : body)
      .data;
  } catch {
    // Proxies and API servers without the kind answer in plain text.
    return undefined;
  }
}

/** `fetch` says only that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: unknown };
  const inner = cause as { message?: string; code?: string } | undefined;
  return inner?.message || inner?.code || message || 'no reason given';
}
