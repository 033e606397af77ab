import { NotAllowedError } from '@backstage/errors';
import {
  ANNOTATIONS,
  Draft,
  JsonObject,
  LABELS,
  Resource,
} from 'backstage-plugin-kargo-common';
import { sha256Hex } from '../../../logic/hash';
import { isEqualJson } from '../../../logic/mergePatch';
import { toStableJson } from '../../../logic/stableJson';
import { ResourceChange, Wakeup } from '../../../ports/Changes';
import { findAnyway } from '../../../ports/findAnyway';
import { KindAdmission, KindDeletion } from '../KindModule';

/** Kinds whose shared objects can be given to every project. */
const REPLICATED_KINDS = ['Secret', 'ConfigMap'] as const;

/** One of {@link REPLICATED_KINDS}. */
export type ReplicatedKind = (typeof REPLICATED_KINDS)[number];

/** The only value that the annotation may have. */
const EVERY_PROJECT = '*';

/** What `kubectl` notes of an object, which is not true of a copy. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Characters of a hash that a copy is told from an outdated one by, as in Kargo. */
const HASH_LENGTH = 16;

/**
 * Whether every project is to have a copy of an object, if it is a shared one. Of Secrets
 * only credentials are copied, as in Kargo.
 */
export function isReplicated(resource: Resource | undefined): boolean {
  const { annotations, labels } = resource?.metadata ?? {};
  const isMeant = annotations?.[ANNOTATIONS.replicateTo] === EVERY_PROJECT;
  return (
    isMeant &&
    (resource?.kind !== 'Secret' || labels?.[LABELS.credType] !== undefined)
  );
}

/** By which shared objects, and the copies of one, are found. */
export const replicationIndexes = {
  replicated: (resource: Resource) => (isReplicated(resource) ? [''] : []),
  copyOf: ({ metadata }: Resource) => {
    const source = metadata.labels?.[LABELS.replicatedFrom];
    return source === undefined ? [] : [source];
  },
};

/** Whatever is not its content: that it begins or ceases to be copied, what it is labelled with. */
export function wakeReplication({
  type,
  key,
  before,
  after,
}: ResourceChange): Wakeup[] {
  const [was, is] = [before, after].map(isReplicated);
  const isRelabelled =
    is && type === 'updated' && !isEqualJson(shownOf(before), shownOf(after));
  return was !== is || isRelabelled ? [{ key }] : [];
}

function shownOf(resource: Resource | undefined) {
  const { labels = {}, annotations = {} } = resource?.metadata ?? {};
  return { labels, annotations };
}

/** A project that begins to exist is given copies of all that is shared so. */
export function wakeSharedObjects({ type }: ResourceChange): Wakeup[] {
  return type === 'created'
    ? REPLICATED_KINDS.map(kind => ({
        kind,
        index: { name: 'replicated', value: '' },
      }))
    : [];
}

/** The copy of an object for a project. */
export function copyFor(
  project: string,
  source: Resource,
  now: string,
): Draft<Resource> {
  const { metadata, ...content } = source;
  const {
    [ANNOTATIONS.replicateTo]: _,
    [LAST_APPLIED]: __,
    ...annotations
  } = metadata.annotations ?? {};
  return {
    ...content,
    metadata: {
      name: metadata.name,
      namespace: project,
      labels: {
        ...metadata.labels,
        [LABELS.replicatedFrom]: metadata.name,
        [LABELS.replicatedSha]: hashOf(source),
      },
      annotations: { ...annotations, [ANNOTATIONS.replicatedAt]: now },
    },
  };
}

/** Whether a copy still says what its source does, and can be read. */
export function isUpToDate(copy: Resource, source: Resource): boolean {
  return (
    'data' in copy === 'data' in source &&
    copy.metadata.labels?.[LABELS.replicatedSha] === hashOf(source)
  );
}

function hashOf(source: Resource): string {
  const { metadata, ...content } = source;
  return sha256Hex(
    toStableJson({ ...content, ...shownOf(source) } as unknown as JsonObject),
  ).slice(0, HASH_LENGTH);
}

/** What tells a copy is the engine's to write: what people write is none, whatever they write. */
export function withoutCopyMarks<T extends Resource>(
  draft: Draft<T>,
): Draft<T> {
  const { labels, annotations } = draft.metadata;
  const {
    [LABELS.replicatedFrom]: _,
    [LABELS.replicatedSha]: __,
    ...keptLabels
  } = labels ?? {};
  const { [ANNOTATIONS.replicatedAt]: ___, ...keptAnnotations } =
    annotations ?? {};
  return {
    ...draft,
    metadata: {
      ...draft.metadata,
      ...(labels && { labels: keptLabels }),
      ...(annotations && { annotations: keptAnnotations }),
    },
  };
}

/** Nobody but the engine changes a copy: the next look would undo it. */
export const copyAdmission = {
  complete: withoutCopyMarks,
  async checkUpdate(_draft, stored) {
    refuseCopy(stored);
  },
} satisfies Pick<KindAdmission<Resource>, 'complete' | 'checkUpdate'>;

/** Nor does anybody else delete one. */
export const copyDeletion: KindDeletion<Resource> = {
  async mayDelete(key, { store }) {
    refuseCopy(await findAnyway(store, key));
  },
};

function refuseCopy(stored: Resource | undefined): void {
  const source = stored?.metadata.labels?.[LABELS.replicatedFrom];
  if (stored && source !== undefined) {
    throw new NotAllowedError(
      `${stored.kind} '${stored.metadata.name}' is a copy of the shared ${stored.kind} '${source}', which every project has; change that one`,
    );
  }
}
