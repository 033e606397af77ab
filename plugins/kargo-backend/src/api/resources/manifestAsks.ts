import { InputError } from '@backstage/errors';
import { BasicPermission } from '@backstage/plugin-permission-common';
import {
  ANNOTATIONS,
  isPromotionTerminal,
  isWrittenByKargo,
  kargoClusterManagePermission,
  kargoCredentialsManagePermission,
  kargoProjectCreatePermission,
  kargoProjectManagePermission,
  kargoPromotionAbortPermission,
  kargoStagePromotePermission,
  kargoStageVerifyPermission,
  KindName,
  KINDS,
  ProjectPermission,
  Promotion,
  Resource,
  ResourceKey,
  StagePermission,
} from 'backstage-plugin-kargo-common';
import { newRequests } from '../../logic/admission/engineMetadata';

/** What a manifest does to what it names. */
export type ManifestVerb = 'create' | 'update' | 'delete';

/** A permission that a manifest needs, and what it is asked about. */
export type ManifestAsk =
  | { on: 'installation'; permission: BasicPermission }
  | { on: 'project'; permission: ProjectPermission }
  | { on: 'stages'; permission: StagePermission; stages: string[] };

/** A manifest and what is stored under its key. */
export interface ManifestWrite {
  verb: ManifestVerb;
  key: ResourceKey;
  manifest: unknown;
  stored: Resource | undefined;
  /** Whether the namespace is one of those that all projects share. */
  isShared: boolean;
}

/**
 * The permissions that writing a manifest needs, all of them.
 *
 * @remarks
 * Whoever may not read the project is told that it does not exist, before any of these
 * is asked. The rules are those of Kargo's roles, see docs/reference/permissions.md.
 *
 * @throws InputError for what only Kargo writes.
 */
export function manifestAsks(write: ManifestWrite): ManifestAsk[] {
  const { verb, key, isShared } = write;
  if (isWrittenByKargo(key.kind)) {
    throw new InputError(
      `${key.kind}s are written by Kargo and cannot be applied`,
    );
  }
  if (key.kind === 'Project') {
    return verb === 'create'
      ? [{ on: 'installation', permission: kargoProjectCreatePermission }]
      : [{ on: 'project', permission: kargoProjectManagePermission }];
  }
  if (isShared || !KINDS[key.kind as KindName].namespaced) {
    return [{ on: 'installation', permission: kargoClusterManagePermission }];
  }
  switch (key.kind) {
    case 'Secret':
      return [{ on: 'project', permission: kargoCredentialsManagePermission }];
    case 'Promotion':
      return promotionAsks(write);
    case 'Stage':
      return stageAsks(write);
    default:
      return [{ on: 'project', permission: kargoProjectManagePermission }];
  }
}

/**
 * A Promotion is made and labelled by those who may promote. It is the record of what
 * happened, so only those who manage the project may delete it, and who stops it thereby
 * must be one who may abort it.
 */
function promotionAsks({
  verb,
  manifest,
  stored,
}: ManifestWrite): ManifestAsk[] {
  // The stored Promotion says which Stage it is for; a new one says so itself.
  const stages = [...new Set([stageOf(stored), stageOf(manifest)])].filter(
    name => name !== undefined,
  );
  const abort: ManifestAsk = {
    on: 'stages',
    permission: kargoPromotionAbortPermission,
    stages,
  };
  if (verb === 'delete') {
    const { phase } = (stored as Promotion | undefined)?.status ?? {};
    const isStopped = stored !== undefined && !isPromotionTerminal(phase);
    return [
      { on: 'project', permission: kargoProjectManagePermission },
      ...(isStopped ? [abort] : []),
    ];
  }
  const promote: ManifestAsk = {
    on: 'stages',
    permission: kargoStagePromotePermission,
    stages,
  };
  return asksFor('Promotion', manifest, stored).includes(ANNOTATIONS.abort)
    ? [promote, abort]
    : [promote];
}

function stageAsks({
  verb,
  key,
  manifest,
  stored,
}: ManifestWrite): ManifestAsk[] {
  const manage: ManifestAsk = {
    on: 'project',
    permission: kargoProjectManagePermission,
  };
  const isAsking =
    verb === 'update' && asksFor('Stage', manifest, stored).length > 0;
  return isAsking
    ? [
        manage,
        {
          on: 'stages',
          permission: kargoStageVerifyPermission,
          stages: [key.name],
        },
      ]
    : [manage];
}

function asksFor(
  kind: string,
  manifest: unknown,
  stored: Resource | undefined,
): string[] {
  return stored
    ? Object.keys(
        newRequests(
          kind,
          annotationsOf(manifest),
          stored.metadata.annotations ?? {},
        ),
      )
    : [];
}

/** Of a manifest that nobody has checked yet: admission refuses what is no text. */
function annotationsOf(manifest: unknown): Record<string, string> {
  const { metadata } = (manifest ?? {}) as {
    metadata?: { annotations?: unknown } | null;
  };
  const annotations = metadata?.annotations;
  return typeof annotations === 'object' && annotations !== null
    ? Object.fromEntries(
        Object.entries(annotations).filter(
          ([, value]) => typeof value === 'string',
        ),
      )
    : {};
}

function stageOf(source: unknown): string | undefined {
  const { spec } = (source ?? {}) as { spec?: { stage?: unknown } | null };
  return typeof spec?.stage === 'string' && spec.stage ? spec.stage : undefined;
}
