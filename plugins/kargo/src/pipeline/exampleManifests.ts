import { manifestTemplate } from '../manifest/manifestTemplates';

/** The smallest pipeline that does something, for a project that has none. */
export function exampleManifests(project: string): string {
  return [
    manifestTemplate('Warehouse', project),
    manifestTemplate('Stage', project),
  ].join('---\n');
}
