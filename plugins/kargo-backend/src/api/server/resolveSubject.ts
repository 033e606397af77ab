import {
  Ask,
  kargoProjectReadPermission,
  OPERATIONS,
} from 'backstage-plugin-kargo-common';
import { operationNeeds } from '../../logic/roles/operationNeeds';
import { getReadableProject } from '../resources/getReadableProject';
import { getStage, stageKey } from '../resources/getStage';
import { Caller } from './Caller';
import { RequestReads } from './RequestReads';
import { Route } from './route';

/** A request of which nobody knows yet whether it is allowed. */
export interface SubjectRequest {
  /** Variable parts of the path by name. */
  params: Record<string, string>;
  search: URLSearchParams;
  caller: Caller | undefined;
  reads: RequestReads;
}

/**
 * What a request is about, for a caller who may ask for it.
 *
 * @throws NotFoundError for what does not exist or may not be seen
 * @throws NotAllowedError
 */
export async function resolveSubject(
  route: Route,
  request: SubjectRequest,
): Promise<object> {
  const { ask } = route;
  const { params, caller, reads } = request;
  if (!caller || ask.scope === 'nobody') {
    return {};
  }
  const { access } = caller;
  const decide = () =>
    access.decideByRules(
      operationNeeds(route.operationId, OPERATIONS[route.operationId], params),
      params.project,
    );
  switch (ask.scope) {
    case 'anyone':
      decide();
      return { caller };
    case 'any':
      await access.demandAny(ask.permissions);
      return { caller };
    case 'basic':
      if (!decide()) {
        await access.demand(ask.permission);
      }
      return { caller };
    case 'project': {
      begin(route, ask, { ...request, caller });
      const project = await getReadableProject(reads, access, params.project);
      if (!decide() && ask.permission) {
        await access.demandOnProject(ask.permission, project);
      }
      return { caller, project };
    }
    default: {
      begin(route, ask, { ...request, caller });
      reads.begin([stageKey(params.project, params.stage)]);
      const project = await getReadableProject(reads, access, params.project);
      const stage = await getStage(reads, params.project, params.stage);
      if (!decide() && ask.permission) {
        await access.demandOnStages(ask.permission, [stage]);
      }
      return { caller, project, stage };
    }
  }
}

/** The portal's policy is asked once, and meanwhile everything is read. */
function begin(
  { readsAhead }: Route,
  { permission }: Extract<Ask, { scope: 'project' | 'stage' }>,
  { params, search, caller, reads }: SubjectRequest & { caller: Caller },
): void {
  caller.access.prepare([
    kargoProjectReadPermission,
    ...(permission ? [permission] : []),
  ]);
  reads.begin(readsAhead?.(params, search) ?? []);
}
