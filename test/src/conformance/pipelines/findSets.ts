import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** A manifest of any kind. */
export interface Manifest {
  kind?: string;
  metadata?: {
    name?: string;
    namespace?: string;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  };
  spec?: any;
  [field: string]: any;
}

/** The manifests of one project, as they stand in files of their own. */
export interface PipelineSet {
  /** Where they lie, below the folder that was asked for. */
  readonly name: string;
  readonly project: string;
  /** As they stand, placeholders filled in. */
  readonly text: string;
  readonly manifests: readonly Manifest[];
}

/** What a folder of pipelines holds. */
export interface PipelineFolder {
  readonly sets: readonly PipelineSet[];
  /** Manifests that belong to no project, as they stand. */
  readonly shared: readonly string[];
  /** Applications and ApplicationSets, which are for Argo CD. */
  readonly argoCd: readonly Manifest[];
  /** Every file by its path below the folder, as repositories may hold them. */
  readonly files: ReadonlyMap<string, string>;
}

const KARGO = /^(kargo\.akuity\.io\/|argoproj\.io\/)/;
const ARGO_CD = ['Application', 'ApplicationSet', 'AppProject'];

/**
 * Reads a folder of manifests and finds the pipelines in it: whatever belongs to one project.
 *
 * @remarks
 * Files are read as they stand; `<github-username>` and other placeholders, which a reader
 * has to fill in, become words.
 *
 * @throws if the folder cannot be read.
 */
export async function findSets(folder: string): Promise<PipelineFolder> {
  const files = await readTree(folder);
  const sets = new Map<string, Array<{ path: string; found: FoundFile }>>();
  const argoCd: Manifest[] = [];
  const shared: string[] = [];
  for (const [path, text] of files) {
    const found = /\.ya?ml$/.test(path) ? readFound(text) : undefined;
    argoCd.push(...(found?.argoCd ?? []));
    if (found?.isShared) shared.push(found.text);
    if (found?.project) {
      const known = sets.get(found.project) ?? [];
      sets.set(found.project, [...known, { path, found }]);
    }
  }
  return {
    argoCd,
    files,
    shared,
    sets: [...sets]
      .map(([project, parts]) => ({
        project,
        name: commonFolder(parts.map(({ path }) => path)) || basename(folder),
        text: parts.map(({ found }) => found.text).join('\n---\n'),
        manifests: parts.flatMap(({ found }) => found.manifests),
      }))
      .filter(({ manifests }) => manifests.some(isStage))
      .sort((a, b) => a.name.localeCompare(b.name)),
  };
}

export function isStage({ kind }: Manifest): boolean {
  return kind === 'Stage';
}

interface FoundFile {
  text: string;
  project?: string;
  isShared: boolean;
  manifests: Manifest[];
  argoCd: Manifest[];
}

function readFound(written: string): FoundFile {
  const text = fillPlaceholders(written);
  const all = parseAllDocuments(text, { uniqueKeys: false, version: '1.1' })
    .filter(document => document.errors.length === 0)
    .map(document => document.toJS() as Manifest | null)
    .filter(manifest => manifest !== null && typeof manifest === 'object');
  const argoCd = all.filter(({ kind = '' }) => ARGO_CD.includes(kind));
  const manifests = all.filter(
    ({ kind = '', apiVersion = '' }) =>
      KARGO.test(apiVersion) && !ARGO_CD.includes(kind),
  );
  const [first] = manifests;
  const project =
    first?.kind === 'Project'
      ? first.metadata?.name
      : first?.metadata?.namespace;
  return {
    text,
    project,
    isShared: first !== undefined && project === undefined,
    argoCd,
    manifests: project ? all : [],
  };
}

function fillPlaceholders(text: string): string {
  return text.replace(/<([a-z][\w -]*)>/gi, (_, name: string) =>
    name.toLowerCase().replaceAll(/[ _]/g, '-'),
  );
}

async function readTree(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  const files = await Promise.all(
    paths.map(
      async path =>
        [relative(folder, path), await readFile(path, 'utf8')] as const,
    ),
  );
  return new Map(files);
}

function commonFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths.map(dirname);
  const parts = first.split('/');
  const length = parts.findIndex((_, index) => {
    const start = parts.slice(0, index + 1).join('/');
    return others.some(path => path !== start && !path.startsWith(`${start}/`));
  });
  const common = length < 0 ? first : parts.slice(0, length).join('/');
  return common === '.' ? '' : common;
}
