import {
  Freight,
  FreightArtifact,
  freightArtifacts,
  FreightReference,
  isControlFlow,
  sourceName,
  Stage,
} from 'backstage-plugin-kargo-common';

/** One version of an artifact, and where it is and was. */
export interface VersionRow {
  version: string;
  revision: string;
  /** By Stage, how many steps back its history it is: 0 runs there now. */
  stages: Readonly<Record<string, number>>;
}

/** All versions of one artifact, across the Stages. */
export interface VersionMatrix {
  key: string;
  kind: FreightArtifact['kind'];
  source: string;
  /** Names of the Stages that hold or held it, in the order of the pipeline. */
  stages: string[];
  /** Newest first: as Freight was found, then what no Freight holds any more. */
  rows: VersionRow[];
}

interface Building {
  artifact: FreightArtifact;
  rows: Map<string, { version: string; stages: Record<string, number> }>;
}

/** Which version of which artifact each Stage holds and held, as far as its history goes. */
export function versionMatrices(input: {
  /** In the order of the pipeline. */
  stages: Stage[];
  /** Newest first. */
  freight: Freight[];
}): VersionMatrix[] {
  const built = new Map<string, Building>();
  const note = (content: Freight | FreightReference) =>
    freightArtifacts(content).map(artifact => rowOf(built, artifact));
  input.freight.forEach(note);
  const stages = input.stages.filter(stage => !isControlFlow(stage));
  for (const stage of stages) {
    (stage.status?.freightHistory ?? []).forEach(({ items }, index) =>
      Object.values(items ?? {})
        .flatMap(note)
        // The newest entry comes first: what runs now was not only there before.
        .forEach(row => (row.stages[stage.metadata.name] ??= index)),
    );
  }
  const order = stages.map(({ metadata }) => metadata.name);
  return [...built.values()].map(({ artifact, rows }) => ({
    key: artifact.key,
    kind: artifact.kind,
    source: sourceName(artifact),
    stages: order.filter(name =>
      [...rows.values()].some(row => name in row.stages),
    ),
    rows: [...rows].map(([revision, row]) => ({ revision, ...row })),
  }));
}

/** The versions that are or were somewhere. */
export function usedRows({ rows }: VersionMatrix): VersionRow[] {
  return rows.filter(({ stages }) => Object.keys(stages).length > 0);
}

function rowOf(built: Map<string, Building>, artifact: FreightArtifact) {
  const matrix = built.get(artifact.key) ?? { artifact, rows: new Map() };
  built.set(artifact.key, matrix);
  const row = matrix.rows.get(artifact.revision) ?? {
    version: artifact.version,
    stages: {},
  };
  matrix.rows.set(artifact.revision, row);
  return row;
}
