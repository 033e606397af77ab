import { posix } from 'node:path';
import type { CustomObject } from '../../world/kubernetesServer';
import type { Manifest } from './findSets';
import type { RebuiltContent } from './rebuildContent';

type Parameters = Record<string, string>;

/**
 * The Applications of manifests for Argo CD: those that stand there, and those that
 * ApplicationSets make by lists, by folders of a repository, and by both (`matrix`).
 */
export function makeApplications(
  manifests: readonly Manifest[],
  content: RebuiltContent,
): CustomObject[] {
  return manifests.flatMap(manifest => {
    if (manifest.kind === 'Application') return [toApplication(manifest)];
    if (manifest.kind !== 'ApplicationSet') return [];
    const { generators = [], template } = manifest.spec;
    return parametersOfAll(generators, content).map(parameters =>
      toApplication(fill(template, parameters)),
    );
  });
}

function toApplication({ metadata, spec }: Manifest): CustomObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      namespace: 'argocd',
      ...metadata,
      name: metadata?.name ?? '',
    },
    spec,
  };
}

function parametersOfAll(
  generators: readonly Manifest[],
  content: RebuiltContent,
): Parameters[] {
  return generators.flatMap(generator => parametersOf(generator, content));
}

function parametersOf(
  { list, git, matrix }: Manifest,
  content: RebuiltContent,
): Parameters[] {
  if (list) return list.elements ?? [];
  if (git) return foldersOf(git, content);
  if (matrix) {
    return matrix.generators
      .map((generator: Manifest) => parametersOf(generator, content))
      .reduce((left: Parameters[], right: Parameters[]) =>
        left.flatMap(one => right.map(other => ({ ...one, ...other }))),
      );
  }
  return [];
}

/** Folders of a repository that patterns such as `env/*` name. */
function foldersOf(git: Manifest, content: RebuiltContent): Parameters[] {
  const branches = content.repositories.get(git.repoURL) ?? new Map();
  const files = [...branches.values()].flatMap(branch => [...branch.keys()]);
  const folders = new Set(files.map(file => posix.dirname(file)));
  return [...folders]
    .filter(folder =>
      (git.directories ?? []).some(({ path }: { path: string }) =>
        posix.matchesGlob(folder, path),
      ),
    )
    .map(path => ({ path, 'path.basename': posix.basename(path) }));
}

function fill<T>(template: T, parameters: Parameters): T {
  const text = JSON.stringify(template).replace(
    /\{\{\s*\.?([\w.]+)\s*\}\}/g,
    (whole, name: string) => parameters[name] ?? whole,
  );
  return JSON.parse(text) as T;
}
