import { NotFoundError } from '@backstage/errors';
import { Project } from 'backstage-plugin-kargo-common';
import { ResourceStore } from '../../ports/ResourceStore';
import { Access } from '../server/Access';

/**
 * A project that the caller may read.
 *
 * @throws NotFoundError for what does not exist and for what the caller may not read: they
 * look the same
 */
export async function getReadableProject(
  store: ResourceStore,
  access: Access,
  name: string,
): Promise<Project> {
  const project = await store.find({ kind: 'Project', namespace: '', name });
  if (!project || !(await access.mayRead(project))) {
    throw new NotFoundError(`Project '${name}' does not exist`);
  }
  return project;
}
