import { JsonValue } from 'backstage-plugin-kargo-common';

/** Something that a kustomization names. */
export interface Reference {
  /** As it stands there. */
  path: string;
  /** Of `resources` and the like, which also name folders with a kustomization. */
  mayBeFolder: boolean;
  /** Whether what it names configures a plugin of Kustomize, and thus names files itself. */
  isPlugin: boolean;
}

/** What a kustomization, or a plugin of Kustomize, names in all. */
export interface References {
  paths: Reference[];
  /** Whether it has charts rendered. */
  usesHelm: boolean;
  /** Repositories that charts are taken from. */
  repositories: string[];
}

/** Fields whose entries are files, or folders with a kustomization of their own. */
const RESOURCES = ['resources', 'bases', 'components'];
/** Fields whose entries are such resources, which configure plugins. */
const PLUGINS = ['generators', 'transformers', 'validators'];
/** Fields whose entries are files. */
const FILES = ['crds', 'configurations', 'patchesStrategicMerge'];
/** Members that name files, wherever they stand. */
const FILE_MEMBERS = [
  'additionalValuesFiles',
  'chartHome',
  'configHome',
  'env',
  'envs',
  'files',
  'path',
  'paths',
  'values',
  'valuesFile',
];
/** Lists of mappings whose members name files. */
const HOLDERS = [
  'configMapGenerator',
  'helmChartInflationGenerator',
  'helmCharts',
  'helmGlobals',
  'openapi',
  'patches',
  'patchesJson6902',
  'replacements',
  'secretGenerator',
];
const HELM_FIELDS = ['helmCharts', 'helmChartInflationGenerator'];
const HELM_PLUGIN = 'HelmChartInflationGenerator';

/** Pure. What a kustomization names. */
export function findReferences(kustomization: JsonValue): References {
  const named = (
    fields: string[],
    rest: Omit<Reference, 'path'>,
  ): Reference[] =>
    fields
      .flatMap(field => texts(memberOf(kustomization, field)))
      .filter(isPath)
      .map(path => ({ path, ...rest }));
  const holders = HOLDERS.flatMap(
    field => memberOf(kustomization, field) ?? [],
  );
  const charts = HELM_FIELDS.flatMap(
    field => memberOf(kustomization, field) ?? [],
  );
  return {
    paths: [
      ...named(RESOURCES, { mayBeFolder: true, isPlugin: false }),
      ...named(PLUGINS, { mayBeFolder: true, isPlugin: true }),
      ...named(FILES, { mayBeFolder: false, isPlugin: false }),
      ...filesOf(holders),
    ],
    usesHelm: charts.length > 0,
    repositories: findRepositories(charts),
  };
}

/** Texts of {@link PLUGINS} that are the configuration itself instead of naming it. */
export function findInlinePlugins(kustomization: JsonValue): string[] {
  return PLUGINS.flatMap(field => texts(memberOf(kustomization, field))).filter(
    text => !isPath(text),
  );
}

/** Pure. What the configuration of a plugin names. */
export function findPluginReferences(plugin: JsonValue): References {
  const usesHelm = memberOf(plugin, 'kind') === HELM_PLUGIN;
  return {
    paths: filesOf(plugin),
    usesHelm,
    repositories: usesHelm ? findRepositories([[plugin]]) : [],
  };
}

function filesOf(value: JsonValue | undefined): Reference[] {
  return membersOf(value).flatMap(([name, member]) => {
    const own = FILE_MEMBERS.includes(name) ? texts(member) : [];
    return [
      ...own
        .filter(isPath)
        // `files` may give the key in front: `key=path`.
        .map(text => text.slice(text.indexOf('=') + 1))
        .map(path => ({ path, mayBeFolder: false, isPlugin: false })),
      ...filesOf(member),
    ];
  });
}

function findRepositories(charts: JsonValue): string[] {
  return membersOf(charts).flatMap(([name, member]) =>
    ['repo', 'chartRepo', 'chartRepoUrl'].includes(name)
      ? texts(member)
      : findRepositories(member),
  );
}

function membersOf(value: JsonValue | undefined): [string, JsonValue][] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value)
    : [];
}

function memberOf(value: JsonValue, key: string): JsonValue | undefined {
  return Array.isArray(value)
    ? undefined
    : membersOf(value).find(([name]) => name === key)?.[1];
}

function texts(value: JsonValue | undefined): string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (text): text is string => typeof text === 'string' && text !== '',
  );
}

/** A text of several lines is what a path would lead to. */
function isPath(text: string): boolean {
  return !text.includes('\n');
}
