import { JsonValue } from 'backstage-plugin-kargo-common';
import { foldName } from '../shared/foldName';

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
  /** Names of charts, which are paths below the home of charts. */
  charts: string[];
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
const REPOSITORY_MEMBERS = ['repo', 'chartRepo', 'chartRepoUrl'];
const CHART_MEMBERS = ['name', 'chartName'];
const KNOWN_NAMES = new Map(
  [
    ...[RESOURCES, PLUGINS, FILES, FILE_MEMBERS, HOLDERS, HELM_FIELDS].flat(),
    ...[...REPOSITORY_MEMBERS, ...CHART_MEMBERS, 'kind'],
  ].map(name => [foldName(name), name]),
);

/** Pure. What a kustomization names. */
export function findReferences(kustomization: JsonValue): References {
  const named = (
    fields: string[],
    rest: Omit<Reference, 'path'>,
  ): Reference[] =>
    fields
      .flatMap(field => textsOf(kustomization, field))
      .filter(isPath)
      .map(path => ({ path, ...rest }));
  const holders = HOLDERS.flatMap(field => valuesOf(kustomization, field));
  const charts = HELM_FIELDS.flatMap(field => valuesOf(kustomization, field));
  return {
    paths: [
      ...named(RESOURCES, { mayBeFolder: true, isPlugin: false }),
      ...named(PLUGINS, { mayBeFolder: true, isPlugin: true }),
      ...named(FILES, { mayBeFolder: false, isPlugin: false }),
      ...filesOf(holders),
    ],
    usesHelm: charts.length > 0,
    repositories: findTexts(charts, REPOSITORY_MEMBERS),
    charts: findTexts(charts, CHART_MEMBERS),
  };
}

/**
 * Texts of {@link PLUGINS} that may be the configuration itself instead of naming it: for
 * Kustomize each is that reads as a mapping, on one line also.
 */
export function findInlinePlugins(kustomization: JsonValue): string[] {
  return PLUGINS.flatMap(field => textsOf(kustomization, field)).filter(text =>
    /[\n:{]/.test(text),
  );
}

/** Pure. What the configuration of a plugin names. */
export function findPluginReferences(plugin: JsonValue): References {
  const usesHelm = valuesOf(plugin, 'kind').includes(HELM_PLUGIN);
  return {
    paths: filesOf(plugin),
    usesHelm,
    repositories: usesHelm ? findTexts([plugin], REPOSITORY_MEMBERS) : [],
    charts: usesHelm ? findTexts([plugin], CHART_MEMBERS) : [],
  };
}

function filesOf(value: JsonValue | undefined): Reference[] {
  return membersOf(value).flatMap(([name, member]) => {
    const own = FILE_MEMBERS.includes(name) ? texts(member) : [];
    return [
      ...own
        .filter(isPath)
        .map(text => (name === 'files' ? withoutKey(text) : text))
        .map(path => ({ path, mayBeFolder: false, isPlugin: false })),
      ...filesOf(member),
    ];
  });
}

/** `files` may give the key in front: `key=path`. Anywhere else it is part of the path. */
function withoutKey(text: string): string {
  return text.slice(text.indexOf('=') + 1);
}

function findTexts(value: JsonValue, names: readonly string[]): string[] {
  return membersOf(value).flatMap(([name, member]) =>
    names.includes(name) ? texts(member) : findTexts(member, names),
  );
}

/** With names as in the lists above. */
function membersOf(value: JsonValue | undefined): [string, JsonValue][] {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).map(([name, member]) => [
        KNOWN_NAMES.get(foldName(name)) ?? name,
        member,
      ])
    : [];
}

/** All there are: the same name may stand there in another case, too. */
function valuesOf(value: JsonValue, key: string): JsonValue[] {
  return Array.isArray(value)
    ? []
    : membersOf(value).flatMap(([name, member]) =>
        name === key ? [member] : [],
      );
}

function textsOf(value: JsonValue, key: string): string[] {
  return valuesOf(value, key).flatMap(texts);
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
