import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import type { Application } from 'backstage-plugin-kargo-node';

/**
 * Why a Stage may not change an Application, or `undefined` when it may.
 *
 * @remarks
 * The Application names the Stages that may, as `project:stage`, separated by commas. A
 * list with anything else in it lets nobody in: what is wrong there may be the very entry
 * that was to restrict. Wildcards are none of the language.
 */
export function findStageRefusal(
  { metadata }: Pick<Application, 'metadata'>,
  stage: { project: string; name: string },
): string | undefined {
  const wanted = `${stage.project}:${stage.name}`;
  const application = `Application "${metadata.namespace}/${metadata.name}"`;
  const annotation = metadata.annotations?.[ANNOTATIONS.authorizedStage];
  if (annotation === undefined) {
    return `${application} does not let Stage "${wanted}" change it: it has no annotation "${ANNOTATIONS.authorizedStage}: ${wanted}"`;
  }
  const entries = annotation
    .split(',')
    .map(entry => entry.trim())
    .filter(entry => entry !== '');
  const malformed = entries.find(entry => !isStageName(entry));
  if (malformed !== undefined) {
    return `${application} lets no Stage change it: "${malformed}" in its annotation "${ANNOTATIONS.authorizedStage}" is not of the form "project:stage", without wildcards`;
  }
  return entries.some(entry => sameStage(entry, stage))
    ? undefined
    : `${application} does not let Stage "${wanted}" change it: its annotation "${ANNOTATIONS.authorizedStage}" names others ("${annotation}")`;
}

function parts(entry: string): string[] {
  return entry.split(':').map(part => part.trim());
}

function isStageName(entry: string): boolean {
  const named = parts(entry);
  return (
    named.length === 2 &&
    named.every(part => part !== '') &&
    !entry.includes('*')
  );
}

function sameStage(
  entry: string,
  stage: { project: string; name: string },
): boolean {
  const [project, name] = parts(entry);
  return project === stage.project && name === stage.name;
}
