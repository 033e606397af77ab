import { Health, HealthState } from 'backstage-plugin-kargo-common';
import type { Application } from 'backstage-plugin-kargo-node';
import { isCompleted, revisionsOf } from './decideSync';
import { sourcesOf } from './sources';

/** Conditions of an Application under which nothing else it says can be relied on. */
const ERROR_CONDITIONS = ['ComparisonError', 'InvalidSpecError'];

/** The error of an Application that stands above everything else it says, if any. */
export function findErrorCondition(
  application: Application,
): string | undefined {
  const found = application.status?.conditions?.find(({ type }) =>
    ERROR_CONDITIONS.includes(type),
  );
  return found && `${found.type}: ${found.message ?? 'without a message'}`;
}

/**
 * Whether Argo CD has not looked at an Application since its last operation ended: what it
 * says of health and sync is from before.
 */
export function isOutdated({ status }: Application): boolean {
  const { reconciledAt, operationState } = status ?? {};
  const finishedAt = operationState?.finishedAt;
  return (
    finishedAt !== undefined &&
    (reconciledAt === undefined ||
      Date.parse(reconciledAt) < Date.parse(finishedAt))
  );
}

/**
 * What an Application means for the health of the Stage that brought it to revisions.
 *
 * @param desired - see `desiredRevisions`; all of them empty: what it synced to is not looked at
 */
export function judgeHealth(
  application: Application,
  desired: readonly string[],
): Health {
  const { namespace, name } = application.metadata;
  const tell = (status: HealthState, issue?: string): Health => ({
    status,
    ...(issue && { issues: [`Application "${namespace}/${name}" ${issue}`] }),
  });
  if (isOutdated(application)) {
    return tell('Unknown', 'was not looked at by Argo CD since its last sync');
  }
  const error = findErrorCondition(application);
  if (error) {
    return tell('Unhealthy', `has the condition ${error}`);
  }
  const revision = judgeRevisions(application, desired);
  if (revision) {
    return tell(revision.status, revision.issue);
  }
  const { status = '', message } = application.status?.health ?? {};
  const issue = `is ${status || 'without health yet'}${
    message ? `: ${message}` : ''
  }`;
  switch (status) {
    case 'Healthy':
      return tell('Healthy');
    case 'Progressing':
    case 'Suspended':
    case '':
      return tell('Progressing', issue);
    default:
      return tell('Unhealthy', issue);
  }
}

function judgeRevisions(
  application: Application,
  desired: readonly string[],
): { status: HealthState; issue: string } | undefined {
  if (desired.every(revision => revision === '')) {
    return undefined;
  }
  const { operation, status } = application;
  const state = status?.operationState;
  if (operation?.sync || !state || !isCompleted(state)) {
    return { status: 'Unknown', issue: 'is being synced' };
  }
  const observed = revisionsOf(status?.sync ?? {});
  if (
    sourcesOf(application).length !== desired.length ||
    observed.length !== desired.length
  ) {
    return {
      status: 'Unknown',
      issue: `has ${sourcesOf(application).length} sources, of which ${
        observed.length
      } have a revision; ${desired.length} were promoted`,
    };
  }
  const other = desired.findIndex(
    (revision, index) => revision !== '' && revision !== observed[index],
  );
  return other < 0
    ? undefined
    : {
        status: 'Unhealthy',
        issue: `is at revision "${observed[other]}" instead of "${desired[other]}"`,
      };
}
