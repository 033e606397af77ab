import {
  Considered,
  DiscoveredImageReference,
  ImageSubscription,
} from 'backstage-plugin-kargo-common';
import {
  createSubscriptionType,
  PreviousDiscovery,
  SubscriptionContext,
} from 'backstage-plugin-kargo-node';
import { inTurns } from '../../../foreign/inTurns';
import { sortNewestBuilds } from '../../../logic/selection/newestBuild';
import { parsePlatform } from '../../../logic/selection/platform';
import { ImageRegistry } from '../../../ports/ImageRegistry';
import { mapConcurrently } from '../shared/mapConcurrently';
import { inspectImage, InspectionContext } from './inspectImage';
import {
  CacheByTagPolicy,
  checkConfig,
  considerTags,
  isCachedByTag,
  selectCandidates,
} from './select';
import {
  digestKey,
  RememberedTag,
  TagFinding,
  TagMemory,
  toTagState,
} from './tagMemory';

/** What {@link createImageSubscription} needs. */
export interface ImageSubscriptionOptions {
  registry: ImageRegistry;
  cacheByTagPolicy: CacheByTagPolicy;
}

/** Tags looked at at the same time; the registry client sets the pace of their requests. */
const MAX_CONCURRENT = 16;

/** One discovery under way. */
interface Discovery extends InspectionContext {
  config: ImageSubscription;
  memory: TagMemory;
  /** Whether tags that are remembered are taken not to have moved. */
  isCachedByTag: boolean;
  /** Whether a list that others began to read before does not count. */
  force: boolean;
}

/** What is known of a tag after looking. */
type TagView =
  | (RememberedTag & {
      tag: string;
      /** Absent when the tag was taken not to have moved. */
      digest?: string;
    })
  /** Deleted between the list and the look at it, or all that it led to. */
  | { kind: 'gone'; tag: string };
type KeptTag = Extract<TagView, { kind: 'kept' }>;

interface Found {
  references: DiscoveredImageReference[];
  /** What the next discovery should not have to find out again. */
  findings: TagFinding[];
}

/** The subscription type `image`: finds tags of a container image repository. */
export function createImageSubscription(options: ImageSubscriptionOptions) {
  const { registry, cacheByTagPolicy } = options;
  return createSubscriptionType({
    id: 'image',
    description: 'Watches a repository of container images',
    config: ImageSubscription,
    describe: config => `image ${config.repoURL}`,
    repoURLs: config => [config.repoURL],
    async discover(config, previous, context) {
      checkConfig(config, cacheByTagPolicy);
      const discovery = await startDiscovery({
        config,
        previous,
        context,
        registry,
        cacheByTagPolicy,
      });
      const { references, findings, considered } = await find(discovery);
      const { repoURL, platform } = config;
      return {
        discovery: {
          kind: 'image',
          result: {
            repoURL,
            ...(platform && { platform }),
            ...(context.subscriptionName && {
              subscriptionName: context.subscriptionName,
            }),
            references,
          },
        },
        state: toTagState(findings),
        ...(considered && { considered }),
      };
    },
  });
}

async function startDiscovery(input: {
  config: ImageSubscription;
  previous: PreviousDiscovery | undefined;
  context: SubscriptionContext;
  registry: ImageRegistry;
  cacheByTagPolicy: CacheByTagPolicy;
}): Promise<Discovery> {
  const { config, previous, context, registry, cacheByTagPolicy } = input;
  const { repoURL, insecureSkipTLSVerify, platform } = config;
  const { project, signal } = context;
  const credentials = await context.credentials.find(
    { project, type: 'image', repoURL },
    { signal },
  );
  const last = previous?.result;
  return {
    config,
    registry,
    repository: { repoURL, credentials, insecureSkipTLSVerify },
    platform: platform ? parsePlatform(platform) : undefined,
    memory: TagMemory.of(
      last?.kind === 'image' ? last.result : undefined,
      previous?.state,
    ),
    // Also when a person asks: the subscription promises that tags do not move.
    isCachedByTag: isCachedByTag(config, cacheByTagPolicy),
    // What a new subscription does not see now it sees after its whole interval.
    force: context.force || previous === undefined,
    signal,
  };
}

async function find(
  discovery: Discovery,
): Promise<Found & { considered?: Considered }> {
  const { config, registry, repository, force, signal } = discovery;
  const tags =
    config.imageSelectionStrategy === 'Digest'
      ? []
      : await registry.listTags(repository, { force, signal });
  const candidates = await inTurns(selectCandidates(config, tags), signal);
  const found =
    config.imageSelectionStrategy === 'NewestBuild'
      ? await findNewest(candidates, discovery)
      : await findFirst(candidates, discovery);
  const chosen = found.references.at(0)?.tag;
  const considered = await inTurns(considerTags(config, tags, chosen), signal);
  return { ...found, ...(considered && { considered }) };
}

/** Looks at tags from the best on until there are enough of the wanted platform. */
async function findFirst(
  candidates: readonly string[],
  discovery: Discovery,
): Promise<Found> {
  const { config } = discovery;
  const references: DiscoveredImageReference[] = [];
  const dropped: TagFinding[] = [];
  let position = 0;
  while (
    references.length < config.discoveryLimit &&
    position < candidates.length
  ) {
    const missing = config.discoveryLimit - references.length;
    const batch = candidates.slice(position, position + missing);
    position += batch.length;
    for (const view of await lookAtAll(batch, discovery)) {
      if (view.kind === 'kept') {
        const reference = await loadReference(view, discovery);
        if (reference) references.push(reference);
      }
      if (view.kind === 'dropped') dropped.push(view);
    }
  }
  return { references, findings: dropped };
}

/** Looks at every tag, because any of them may be the newest. */
async function findNewest(
  candidates: readonly string[],
  discovery: Discovery,
): Promise<Found> {
  const views = await lookAtAll(candidates, discovery);
  const builds = views.flatMap(view =>
    view.kind === 'kept' && view.createdAt !== undefined
      ? [{ ...view, createdAt: view.createdAt }]
      : [],
  );
  const ordered = await inTurns(sortNewestBuilds(builds), discovery.signal);
  const references = await mapConcurrently(
    ordered.slice(0, discovery.config.discoveryLimit),
    { limit: MAX_CONCURRENT, signal: discovery.signal },
    (view, signal) => loadReference(view, { ...discovery, signal }),
  );
  return {
    references: references.filter(reference => reference !== undefined),
    findings: [...ordered, ...views.filter(view => view.kind === 'dropped')],
  };
}

function lookAtAll(
  tags: readonly string[],
  discovery: Discovery,
): Promise<TagView[]> {
  return mapConcurrently(
    tags,
    { limit: MAX_CONCURRENT, signal: discovery.signal },
    (tag, signal) => lookAt(tag, { ...discovery, signal }),
  );
}

/** One `HEAD` for a tag that is remembered and has not moved; none when tags do not move. */
async function lookAt(tag: string, discovery: Discovery): Promise<TagView> {
  const { memory, registry, repository, signal } = discovery;
  const cached = discovery.isCachedByTag ? recall(tag, discovery) : undefined;
  if (cached) return cached;
  if (!memory.has(tag)) return examine(tag, tag, discovery);
  const current = await registry.resolveTag(repository, tag, { signal });
  if (!current) return { kind: 'gone', tag };
  return (
    recall(tag, discovery, current.digest) ??
    examine(tag, current.digest, discovery)
  );
}

function recall(
  tag: string,
  { memory, config }: Discovery,
  digest?: string,
): TagView | undefined {
  const known = memory.find(tag, digest);
  const needsTime = config.imageSelectionStrategy === 'NewestBuild';
  if (known?.kind === 'kept' && needsTime && known.createdAt === undefined) {
    return undefined;
  }
  return known && { ...known, tag, digest };
}

async function examine(
  tag: string,
  reference: string,
  discovery: Discovery,
): Promise<TagView> {
  const { registry, repository, signal } = discovery;
  const manifest = await registry.getManifest(repository, reference, {
    signal,
  });
  if (!manifest) return { kind: 'gone', tag };
  const { digest } = manifest;
  const inspection = await inspectImage(tag, manifest, discovery);
  return inspection.kind === 'gone'
    ? { kind: 'gone', tag }
    : { ...inspection, tag, digest, key: digestKey(digest) };
}

/** What is reported of a kept tag; asks for it when memory held only what orders tags. */
async function loadReference(
  view: KeptTag,
  discovery: Discovery,
): Promise<DiscoveredImageReference | undefined> {
  if (view.reference) return view.reference;
  const { tag, digest } = view;
  const seen = await examine(tag, digest ?? tag, discovery);
  return seen.kind === 'kept' ? seen.reference : undefined;
}
