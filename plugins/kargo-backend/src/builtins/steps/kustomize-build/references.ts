import { JsonValue } from 'backstage-plugin-kargo-common';
import { foldName } from '../../../edits/foldName';

/** Something that a kustomization names. */
export interface Reference {
  /** As it stands there. */
  path: string;
  /** Keys and indexes that lead to it, and what stands there: the path may have a key in front. */
  at: readonly (string | number)[];
  text: string;
  /** Of `resources` and the like, which also name folders with a kustomization. */
  mayBeFolder: boolean;
  mayBeFile: boolean;
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
  /** Whether each resource is to say in annotations where it comes from. */
  tellsOrigins: boolean;
}

/** Fields whose entries are files, or folders with a kustomization of their own. */
const RESOURCES = ['resources'];
/** Fields whose entries are such folders. */
const FOLDERS = ['bases', 'components'];
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
/** Members whose own members are anybody's, and name nothing. */
const DATA_MEMBERS = ['valuesInline', 'options'];
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
const METADATA = 'buildMetadata';
const ORIGINS = ['originAnnotations', 'transformerAnnotations'];
const KNOWN_NAMES = new Map(
  [
    ...[RESOURCES, FOLDERS, PLUGINS, FILES, HOLDERS].flat(),
    ...[...FILE_MEMBERS, ...DATA_MEMBERS],
    ...[...HELM_FIELDS, ...REPOSITORY_MEMBERS, ...CHART_MEMBERS],
    ...['kind', METADATA],
  ].map(name => [foldName(name), name]),
);

/** Pure. What a kustomization names. */
export function findReferences(kustomization: JsonValue): References {
  const named = (
    fields: string[],
    rest: Pick<Reference, 'mayBeFolder' | 'mayBeFile' | 'isPlugin'>,
  ): Reference[] =>
    fields
      .flatMap(field => placesOf(kustomization, field))
      .flatMap(textsAt)
      .filter(({ text }) => isPath(text))
      .map(place => ({ ...place, path: place.text, ...rest }));
  const folderOrFile = { mayBeFolder: true, mayBeFile: true };
  const holders = HOLDERS.flatMap(field => placesOf(kustomization, field));
  const charts = HELM_FIELDS.flatMap(field => valuesOf(kustomization, field));
  return {
    paths: [
      ...named(RESOURCES, { ...folderOrFile, isPlugin: false }),
      ...named(FOLDERS, {
        mayBeFolder: true,
        mayBeFile: false,
        isPlugin: false,
      }),
      ...named(PLUGINS, { ...folderOrFile, isPlugin: true }),
      ...named(FILES, { mayBeFolder: false, mayBeFile: true, isPlugin: false }),
      ...holders.flatMap(({ at, value }) => filesOf(value, at)),
    ],
    usesHelm: charts.length > 0,
    repositories: findTexts(charts, REPOSITORY_MEMBERS),
    charts: findTexts(charts, CHART_MEMBERS),
    tellsOrigins: textsOf(kustomization, METADATA).some(text =>
      ORIGINS.includes(text),
    ),
  };
}

/**
 * Texts of {@link PLUGINS} that may be the configuration itself instead of naming it: for
 * Kustomize each is that reads as a mapping, on one line also, and be its first key like an
 * address.
 */
export function findInlinePlugins(kustomization: JsonValue): string[] {
  return PLUGINS.flatMap(field => textsOf(kustomization, field)).filter(text =>
    /[\n:{]/.test(text),
  );
}

/**
 * Fields of a kustomization of plugins that change nothing of how they are configured: what
 * their files name is what Kustomize reads. Others would make something else of them.
 */
const PLAIN_FIELDS = [
  ...RESOURCES,
  ...FOLDERS,
  'apiVersion',
  'kind',
  'metadata',
];

/** Pure. Fields by which a kustomization would change the configuration of plugins that it brings. */
export function findChangingFields(kustomization: JsonValue): string[] {
  const plain = PLAIN_FIELDS.map(foldName);
  return membersOf(kustomization)
    .map(({ key }) => String(key))
    .filter(key => !plain.includes(foldName(key)));
}

/** Pure. What the configuration of a plugin names. */
export function findPluginReferences(plugin: JsonValue): References {
  const usesHelm = valuesOf(plugin, 'kind').includes(HELM_PLUGIN);
  return {
    paths: filesOf(plugin, []),
    usesHelm,
    repositories: usesHelm ? findTexts([plugin], REPOSITORY_MEMBERS) : [],
    charts: usesHelm ? findTexts([plugin], CHART_MEMBERS) : [],
    tellsOrigins: false,
  };
}

/** A value and what leads to it. */
interface Place {
  at: Reference['at'];
  value: JsonValue;
}

function filesOf(
  value: JsonValue | undefined,
  at: Reference['at'],
): Reference[] {
  return membersOf(value).flatMap(({ name, key, member }) => {
    const place = { at: [...at, key], value: member };
    const own = FILE_MEMBERS.includes(name) ? textsAt(place) : [];
    return [
      ...own
        .filter(({ text }) => isPath(text))
        .map(found => ({
          ...found,
          path: name === 'files' ? withoutKey(found.text) : found.text,
          mayBeFolder: false,
          mayBeFile: true,
          isPlugin: false,
        })),
      ...filesOf(member, place.at),
    ];
  });
}

/** `files` may give the key in front: `key=path`. Anywhere else it is part of the path. */
function withoutKey(text: string): string {
  return text.slice(text.indexOf('=') + 1);
}

function findTexts(value: JsonValue, names: readonly string[]): string[] {
  return membersOf(value).flatMap(({ name, member }) =>
    names.includes(name) ? texts(member) : findTexts(member, names),
  );
}

/** Without data, with names as in the lists above and the keys as they are written. */
function membersOf(
  value: JsonValue | undefined,
): { name: string; key: string | number; member: JsonValue }[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Array.isArray(value)
    ? value.map((member, key) => ({ name: '', key, member }))
    : Object.entries(value)
        .map(([key, member]) => ({
          name: KNOWN_NAMES.get(foldName(key)) ?? key,
          key,
          member,
        }))
        .filter(({ name }) => !DATA_MEMBERS.includes(name));
}

/** All there are: the same name may stand there in another case, too. */
function placesOf(value: JsonValue, name: string): Place[] {
  return membersOf(value)
    .filter(member => member.name === name)
    .map(({ key, member }) => ({ at: [key], value: member }));
}

function valuesOf(value: JsonValue, name: string): JsonValue[] {
  return placesOf(value, name).map(place => place.value);
}

function textsOf(value: JsonValue, name: string): string[] {
  return valuesOf(value, name).flatMap(texts);
}

function texts(value: JsonValue): string[] {
  return textsAt({ at: [], value }).map(({ text }) => text);
}

/** The text that stands there, or those of the list. */
function textsAt({ at, value }: Place): Array<Pick<Reference, 'at' | 'text'>> {
  const members = Array.isArray(value)
    ? value.map((member, index) => ({ at: [...at, index], value: member }))
    : [{ at, value }];
  return members.flatMap(member =>
    typeof member.value === 'string' && member.value !== ''
      ? [{ at: member.at, text: member.value }]
      : [],
  );
}

/** A text of several lines is what a path would lead to. */
function isPath(text: string): boolean {
  return !text.includes('\n');
}
