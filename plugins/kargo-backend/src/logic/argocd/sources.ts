import type {
  Application,
  ApplicationSource,
} from 'backstage-plugin-kargo-node';
import { normalizeGitURL } from '../repoUrls';

/** What a Promotion wants of one source of an Application. */
export interface SourceUpdate {
  repoURL: string;
  chart?: string;
  desiredRevision?: string;
  updateTargetRevision?: boolean;
  kustomize?: { images?: KustomizeImage[] };
  helm?: { images: HelmParameter[] };
}

/** An image that Kustomize is to replace. */
export interface KustomizeImage {
  repoURL: string;
  newName?: string;
  tag?: string;
  digest?: string;
}

/** A Helm parameter that is to have a value. */
export interface HelmParameter {
  key: string;
  value: string;
}

/** The sources of an Application, whether it has one or several. */
export function sourcesOf({
  spec,
}: Pick<Application, 'spec'>): ApplicationSource[] {
  if (spec.sources?.length) {
    return spec.sources;
  }
  return spec.source ? [spec.source] : [];
}

/** A source and what is wanted of it. */
export interface MatchedSource {
  source: ApplicationSource;
  updates: SourceUpdate[];
}

/**
 * Finds what is wanted of each source: the first update that matches it and no source
 * before it. What is left then is for the first source that it matches, too.
 *
 * @returns the matches in the order of the sources, and the updates that match none
 */
export function matchSources(
  application: Pick<Application, 'spec'>,
  updates: readonly SourceUpdate[],
): { matched: MatchedSource[]; unmatched: SourceUpdate[] } {
  const left = [...updates];
  const matched = sourcesOf(application).map((source): MatchedSource => {
    const index = left.findIndex(update => isMeant(source, update));
    return { source, updates: index < 0 ? [] : left.splice(index, 1) };
  });
  const unmatched = left.filter(update => {
    const found = matched.find(({ source }) => isMeant(source, update));
    found?.updates.push(update);
    return !found;
  });
  return { matched, unmatched };
}

/** Charts are compared as they are written, git repositories as git would find them. */
function isMeant(source: ApplicationSource, update: SourceUpdate): boolean {
  return source.chart || update.chart
    ? source.repoURL === update.repoURL && source.chart === update.chart
    : normalizeGitURL(source.repoURL) === normalizeGitURL(update.repoURL);
}

/**
 * Revisions that the sources shall have after the sync, in the order of the sources;
 * empty where any will do.
 */
export function desiredRevisions(matched: readonly MatchedSource[]): string[] {
  return matched.map(
    ({ updates }) =>
      updates.find(({ desiredRevision }) => desiredRevision)?.desiredRevision ??
      '',
  );
}

/** A source as it shall be; what nobody asked to change stays. */
export function updateSource({
  source,
  updates,
}: MatchedSource): ApplicationSource {
  return updates.reduce(applyUpdate, source);
}

function applyUpdate(
  source: ApplicationSource,
  update: SourceUpdate,
): ApplicationSource {
  const { desiredRevision, updateTargetRevision, kustomize, helm } = update;
  return {
    ...source,
    ...(updateTargetRevision &&
      desiredRevision && { targetRevision: desiredRevision }),
    ...(kustomize?.images && {
      kustomize: {
        ...source.kustomize,
        images: kustomize.images.map(kustomizeImage),
      },
    }),
    ...(helm && {
      helm: {
        ...source.helm,
        parameters: mergeParameters(source.helm?.parameters ?? [], helm.images),
      },
    }),
  };
}

/** As Kustomize writes it: `name[=newName]:tag` or `…@digest`. */
function kustomizeImage(image: KustomizeImage): string {
  const { repoURL, newName, tag, digest } = image;
  const name = newName ? `${repoURL}=${newName}` : repoURL;
  return digest ? `${name}@${digest}` : `${name}:${tag ?? ''}`;
}

type Parameters = NonNullable<
  NonNullable<ApplicationSource['helm']>['parameters']
>;

function mergeParameters(
  present: Parameters,
  wanted: readonly HelmParameter[],
): Parameters {
  const merged = [...present];
  for (const { key, value } of wanted) {
    const index = merged.findIndex(({ name }) => name === key);
    merged[index < 0 ? merged.length : index] = { name: key, value };
  }
  return merged;
}
