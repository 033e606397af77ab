import { FreightReference } from '../model/references';

/** Kind of an artifact in Freight. @public */
export type ArtifactKind = 'commit' | 'image' | 'chart' | 'artifact';

/** One artifact in one shape for all kinds. @public */
export interface FreightArtifact {
  kind: ArtifactKind;
  /** What identifies the artifact across Freight: kind, subscription and repository. */
  key: string;
  /** Repository, or the subscription's name for other kinds. */
  source: string;
  /** Name of the subscription that found it, where that has one. */
  subscription?: string;
  /** Tag, chart version, short commit or digest: what a person calls it. */
  version: string;
  /** What decides whether two are the same: the full commit, digest or version. */
  revision: string;
  /** Commit subject, when the artifact is a commit that has one. */
  subject?: string;
  author?: string;
  /** What an image says of itself, by the names of the OCI specification. */
  annotations?: Record<string, string>;
}

/** What a promotion does to one artifact. @public */
export type ArtifactChangeKind = 'changed' | 'added' | 'removed' | 'unchanged';

/** One artifact before and after. @public */
export interface ArtifactChange {
  change: ArtifactChangeKind;
  kind: ArtifactKind;
  source: string;
  subscription?: string;
  from?: FreightArtifact;
  to?: FreightArtifact;
}

type Content = Pick<
  FreightReference,
  'commits' | 'images' | 'charts' | 'artifacts'
>;

/** Every artifact of Freight in one shape: images, charts, commits, then others. @public */
export function freightArtifacts(freight: Content): FreightArtifact[] {
  return [
    ...(freight.images ?? []).map(image => ({
      kind: 'image' as const,
      key: key('image', image.subscriptionName, image.repoURL),
      source: image.repoURL,
      ...named(image),
      version: image.tag || shortDigest(image.digest ?? ''),
      revision: `${image.tag ?? ''}@${image.digest ?? ''}`,
      ...(image.annotations && { annotations: image.annotations }),
    })),
    ...(freight.charts ?? []).map(chart => ({
      kind: 'chart' as const,
      key: key('chart', chart.subscriptionName, chart.repoURL, chart.name),
      source: chart.name ? `${chart.repoURL}/${chart.name}` : chart.repoURL,
      ...named(chart),
      version: chart.version ?? '',
      revision: chart.version ?? '',
    })),
    ...(freight.commits ?? []).map(commit => ({
      kind: 'commit' as const,
      key: key('commit', commit.subscriptionName, commit.repoURL),
      source: commit.repoURL,
      ...named(commit),
      version: commit.tag || (commit.id ?? '').slice(0, 7),
      revision: `${commit.tag ?? ''}@${commit.id ?? ''}`,
      ...(commit.message && { subject: commit.message.split('\n')[0] }),
      ...(commit.author && { author: commit.author }),
    })),
    ...(freight.artifacts ?? []).map(artifact => ({
      kind: 'artifact' as const,
      key: key('artifact', artifact.subscriptionName, artifact.artifactType),
      source: artifact.subscriptionName,
      version: artifact.version,
      revision: artifact.version,
    })),
  ];
}

/**
 * What people call where an artifact is from: the name that its subscription was given, else
 * the repository.
 *
 * @public
 */
export function sourceName({
  source,
  subscription,
}: Pick<FreightArtifact, 'source' | 'subscription'>): string {
  return subscription ?? source;
}

/**
 * What changes, artifact by artifact, when one piece of Freight replaces another;
 * everything is added when there was none.
 *
 * @public
 */
export function freightDifference(
  from: Content | undefined,
  to: Content,
): ArtifactChange[] {
  const before = new Map(
    (from ? freightArtifacts(from) : []).map(artifact => [
      artifact.key,
      artifact,
    ]),
  );
  const changes = freightArtifacts(to).map(artifact => {
    const old = before.get(artifact.key);
    before.delete(artifact.key);
    return change(old, artifact);
  });
  return [
    ...changes,
    ...[...before.values()].map(artifact => change(artifact, undefined)),
  ];
}

function change(
  from: FreightArtifact | undefined,
  to: FreightArtifact | undefined,
): ArtifactChange {
  const { kind, source, subscription } = (to ?? from)!;
  return {
    change: changeKind(from, to),
    kind,
    source,
    ...(subscription && { subscription }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

function changeKind(
  from: FreightArtifact | undefined,
  to: FreightArtifact | undefined,
): ArtifactChangeKind {
  if (!from) {
    return 'added';
  }
  if (!to) {
    return 'removed';
  }
  return from.revision === to.revision ? 'unchanged' : 'changed';
}

function named({
  subscriptionName,
}: {
  subscriptionName?: string | undefined;
}): Pick<FreightArtifact, 'subscription'> {
  return subscriptionName ? { subscription: subscriptionName } : {};
}

function key(...parts: Array<string | undefined>): string {
  return parts.map(part => part ?? '').join(' ');
}

function shortDigest(digest: string): string {
  const hex = digest.slice(digest.indexOf(':') + 1);
  return hex.slice(0, 12);
}
