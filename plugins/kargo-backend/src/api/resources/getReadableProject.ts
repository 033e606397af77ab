import { NotFoundError } from '@backstage/errors';
import { Project } from 'backstage-plugin-kargo-common';
import { Access } from '../server/Access';
import { RequestReads } from '../server/RequestReads';

/**
 * A project that the caller may read.
 *
 * @throws NotFoundError for what does not exist and for what the caller may not read: they
 * look the same
 */
export async function getReadableProject(
  reads: RequestReads,
  access: Access,
  name: string,
): Promise<Project> {
  const { resource: project } = await reads.find({
    kind: 'Project',
    namespace: '',
    name,
  });
  if (!project || !(await access.mayRead(project))) {
    throw new NotFoundError(`Project '${name}' does not exist`);
  }
  return project;
}
