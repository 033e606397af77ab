import {
  Freight,
  JsonObject,
  Stage,
  Subscription,
} from 'backstage-plugin-kargo-common';
import { HostSignal } from 'backstage-plugin-kargo-expr';

/** What credentials of a repository can be for. */
export const CREDENTIAL_TYPES = ['git', 'helm', 'image'] as const;

/** Something that only the host can find. Names are of the evaluating project. */
export type Lookup =
  | { kind: 'ConfigMap' | 'Secret'; scope: 'project' | 'shared'; name: string }
  | { kind: 'Freight' | 'Stage' | 'Warehouse'; name: string }
  | {
      kind: 'RepoCredentials';
      type: (typeof CREDENTIAL_TYPES)[number];
      repoURL: string;
    };

/** What was found; `undefined` when there is no such thing. */
export type Found =
  | { kind: 'ConfigMap'; data: Record<string, string> }
  | { kind: 'Secret'; data: Record<string, string>; credentialType?: string }
  | { kind: 'Freight'; freight: Freight }
  | { kind: 'Stage'; stage: Stage }
  | { kind: 'Warehouse'; subscriptions: Subscription[] }
  | FoundCredentials;

/** What a repository is asked with right now, such as a token that lives for an hour. */
export interface FoundCredentials {
  kind: 'RepoCredentials';
  username?: string;
  password?: string;
  sshPrivateKey?: string;
}

/** Leaves an evaluation that cannot go on without a look-up. */
export class LookupNeeded extends HostSignal {
  constructor(readonly lookup: Lookup) {
    super();
  }
}

/**
 * What an evaluation knows from outside. An unknown thing ends the expression that asks for
 * it with {@link LookupNeeded}; whoever drives the evaluation fetches it, puts it here and
 * lets it go on.
 */
export class LookupTable {
  private readonly found = new Map<string, Found | undefined>();

  /** @throws LookupNeeded */
  require(lookup: Lookup): Found | undefined {
    const key = keyOf(lookup);
    if (!this.found.has(key)) {
      throw new LookupNeeded(lookup);
    }
    return this.found.get(key);
  }

  add(lookup: Lookup, found: Found | undefined): void {
    this.found.set(keyOf(lookup), found);
  }

  /** Values of all Secrets and credentials that were looked up; they must not show anywhere. */
  secretValues(): string[] {
    return [...this.found.values()].flatMap(secretsOf);
  }
}

function secretsOf(found: Found | undefined): string[] {
  switch (found?.kind) {
    case 'Secret':
      return Object.values(found.data);
    case 'RepoCredentials':
      return [found.password, found.sshPrivateKey].flatMap(text => text ?? []);
    default:
      return [];
  }
}

function keyOf(lookup: Lookup): string {
  if (lookup.kind === 'RepoCredentials') {
    return `${lookup.kind}/${lookup.type}/${lookup.repoURL}`;
  }
  const scope = 'scope' in lookup ? lookup.scope : '';
  return `${lookup.kind}/${scope}/${lookup.name}`;
}

/** The values of a Secret or ConfigMap that a project may read; `undefined` when there are none. */
export function readableData(
  found: Found | undefined,
  place: 'project' | 'shared',
): Record<string, string> | undefined {
  switch (found?.kind) {
    case 'ConfigMap':
      return found.data;
    case 'Secret':
      // Credentials for repositories are not for everybody.
      return place === 'shared' && found.credentialType !== 'generic'
        ? undefined
        : found.data;
    default:
      return undefined;
  }
}

/** Metadata of Freight or a Stage, absent when there is none at all. */
export function metadataOf(found: Found | undefined): JsonObject | undefined {
  const metadata = statusOf(found)?.metadata;
  return metadata && Object.keys(metadata).length > 0 ? metadata : undefined;
}

function statusOf(
  found: Found | undefined,
): { metadata?: JsonObject } | undefined {
  switch (found?.kind) {
    case 'Freight':
      return found.freight.status;
    case 'Stage':
      return found.stage.status;
    default:
      return undefined;
  }
}
