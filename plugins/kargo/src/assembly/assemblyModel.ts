import {
  discoveredChart,
  discoveredCommit,
  discoveredImage,
  DiscoveredArtifacts,
  Freight,
  FreightArtifact,
  freightArtifacts,
  JsonObject,
  KARGO_API_VERSION,
  sourceName,
  Warehouse,
} from 'backstage-plugin-kargo-common';

/** The artifacts of Freight, by kind. */
type Content = Pick<Freight, 'commits' | 'images' | 'charts' | 'artifacts'>;

const CONTENT = ['commits', 'images', 'charts', 'artifacts'] as const;

/** One version that may be taken. */
export interface AssemblyChoice {
  /** What it adds to the Freight: one artifact. */
  content: Content;
  artifact: FreightArtifact;
  /** When it was committed or built, RFC 3339, where that is known. */
  time?: string;
}

/** One subscription of a Warehouse: exactly one of its versions is taken. */
export interface AssemblySlot {
  /** The key that its artifacts have in Freight. */
  key: string;
  kind: FreightArtifact['kind'];
  source: string;
  /** Best first, as discovery orders them. */
  choices: AssemblyChoice[];
}

/** Which version is taken of each slot: the revision, by the key of the slot. */
export type AssemblyPick = Readonly<Record<string, string>>;

/**
 * What Freight can be assembled of by hand: a slot for each subscription that found
 * something. Versions of a `model` that discovery does not list any more are offered, too.
 */
export function assemblySlots(
  warehouse: Warehouse,
  model?: Freight,
): AssemblySlot[] {
  const found = warehouse.status?.discoveredArtifacts;
  const old = model ? singleArtifacts(model).map(content => ({ content })) : [];
  return (found ? discoveredChoices(found) : []).flatMap(discovered => {
    const choices = discovered.map(toChoice);
    const [first] = choices;
    if (!first) {
      return [];
    }
    const { key, kind } = first.artifact;
    const source = sourceName(first.artifact);
    const gone = old
      .map(toChoice)
      .filter(
        ({ artifact }) =>
          artifact.key === key &&
          !choices.some(choice => isSame(choice.artifact, artifact)),
      );
    return [{ key, kind, source, choices: [...choices, ...gone] }];
  });
}

/** How many subscriptions of a Warehouse Freight needs a version of, and has none. */
export function emptySubscriptions(warehouse: Warehouse): string[] {
  const found = warehouse.status?.discoveredArtifacts;
  return [
    ...(found?.git ?? []).filter(({ commits }) => commits.length === 0),
    ...(found?.images ?? []).filter(
      ({ references }) => references.length === 0,
    ),
    ...(found?.charts ?? []).filter(({ versions }) => versions.length === 0),
  ].map(({ repoURL, subscriptionName }) => subscriptionName ?? repoURL);
}

/** What is taken at first: what the model holds, else the best of each slot. */
export function firstPick(
  slots: AssemblySlot[],
  model?: Freight,
): AssemblyPick {
  const wanted = model ? freightArtifacts(model) : [];
  return Object.fromEntries(
    slots.map(({ key, choices }) => [
      key,
      (wanted.find(artifact => artifact.key === key) ?? choices[0].artifact)
        .revision,
    ]),
  );
}

/** The artifacts that a pick takes, together. */
export function pickedContent(
  slots: AssemblySlot[],
  pick: AssemblyPick,
): Content {
  const parts = slots.flatMap(({ key, choices }) => {
    const choice = choices.find(
      ({ artifact }) => artifact.revision === pick[key],
    );
    return choice ? [choice.content] : [];
  });
  return Object.fromEntries(
    CONTENT.flatMap(field => {
      const all = parts.flatMap(part => (part[field] as unknown[]) ?? []);
      return all.length > 0 ? [[field, all]] : [];
    }),
  );
}

/** The Freight that has exactly these artifacts already. */
export function findSameFreight(
  freight: Freight[],
  origin: string,
  content: Content,
): Freight | undefined {
  const wanted = signature(content);
  return freight.find(
    item => item.origin.name === origin && signature(item) === wanted,
  );
}

/** What is sent to make Freight; the server names it, and draws an alias when none is given. */
export function freightManifest(
  warehouse: Warehouse,
  content: Content,
  alias: string,
): JsonObject {
  const { name, namespace = '' } = warehouse.metadata;
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Freight',
    metadata: { namespace },
    ...(alias && { alias }),
    origin: { kind: 'Warehouse', name },
    ...(content as JsonObject),
  };
}

interface Discovered {
  content: Content;
  time?: string;
}

function discoveredChoices(found: DiscoveredArtifacts): Discovered[][] {
  const images = (found.images ?? []).map(result =>
    result.references.map(image => ({
      content: { images: [discoveredImage(result, image)] },
      ...(image.createdAt && { time: image.createdAt }),
    })),
  );
  const charts = (found.charts ?? []).map(result =>
    result.versions.map(version => ({
      content: { charts: [discoveredChart(result, version)] },
    })),
  );
  const commits = (found.git ?? []).map(result =>
    result.commits.map(commit => ({
      content: { commits: [discoveredCommit(result, commit)] },
      ...(commit.creatorDate && { time: commit.creatorDate }),
    })),
  );
  const others = (found.results ?? []).map(({ artifactReferences }) =>
    artifactReferences.map(reference => ({
      content: { artifacts: [reference] },
    })),
  );
  return [...images, ...charts, ...commits, ...others];
}

function toChoice({ content, time }: Discovered): AssemblyChoice {
  const [artifact] = freightArtifacts(content);
  return { content, artifact, ...(time && { time }) };
}

/** The artifacts of Freight, each by itself. */
function singleArtifacts(freight: Content): Content[] {
  return CONTENT.flatMap(field =>
    (freight[field] ?? []).map(artifact => ({ [field]: [artifact] })),
  );
}

function isSame(one: FreightArtifact, other: FreightArtifact): boolean {
  return one.key === other.key && one.revision === other.revision;
}

function signature(content: Content): string {
  return freightArtifacts(content)
    .map(({ key, revision }) => `${key}@${revision}`)
    .sort()
    .join('\n');
}
