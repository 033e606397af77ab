import { NotFoundError } from '@backstage/errors';
import { ResourceKey, Stage } from 'backstage-plugin-kargo-common';
import { RequestReads } from '../server/RequestReads';

/** The key of a Stage of a project. */
export function stageKey(project: string, name: string): ResourceKey<'Stage'> {
  return { kind: 'Stage', namespace: project, name };
}

/** The key of the Stage that a request asks about, if it asks about one, to read it ahead. */
export function stageInQuery(
  { project }: Record<string, string>,
  search: URLSearchParams,
): ResourceKey<'Stage'>[] {
  const name = search.get('stage');
  return name === null ? [] : [stageKey(project, name)];
}

/**
 * A Stage of a project.
 *
 * @throws NotFoundError
 */
export async function getStage(
  reads: RequestReads,
  project: string,
  name: string,
): Promise<Stage> {
  const { resource: stage } = await reads.find(stageKey(project, name));
  if (!stage) {
    throw new NotFoundError(
      `Stage '${name}' does not exist in project '${project}'`,
    );
  }
  return stage;
}
