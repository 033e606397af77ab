import { NotFoundError } from '@backstage/errors';
import { Stage } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';

/**
 * A Stage of a project.
 *
 * @throws NotFoundError
 */
export async function getStage(
  store: IndexedStore,
  project: string,
  name: string,
): Promise<Stage> {
  const stage = await store.find({ kind: 'Stage', namespace: project, name });
  if (!stage) {
    throw new NotFoundError(
      `Stage '${name}' does not exist in project '${project}'`,
    );
  }
  return stage;
}
