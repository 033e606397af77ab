import { OPERATIONS } from 'backstage-plugin-kargo-common';
import { operationNeeds } from '../../logic/roles/operationNeeds';
import { getReadableProject } from '../resources/getReadableProject';
import { getStage } from '../resources/getStage';
import { Caller } from './Caller';
import { Route } from './route';
import { RouterContext } from './RouterContext';

/** Variable parts of a path by name. */
type PathParams = Record<string, string>;

/**
 * What a request is about, for a caller who may ask for it.
 *
 * @throws NotFoundError for what does not exist or may not be seen
 * @throws NotAllowedError
 */
export async function resolveSubject(
  route: Route,
  params: PathParams,
  caller: Caller | undefined,
  context: RouterContext,
): Promise<object> {
  const { ask } = route;
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
      const project = await getReadableProject(
        context.store,
        access,
        params.project,
      );
      if (!decide() && ask.permission) {
        await access.demandOnProject(ask.permission, project);
      }
      return { caller, project };
    }
    default: {
      const project = await getReadableProject(
        context.store,
        access,
        params.project,
      );
      const stage = await getStage(context.store, params.project, params.stage);
      if (!decide() && ask.permission) {
        await access.demandOnStages(ask.permission, [stage]);
      }
      return { caller, project, stage };
    }
  }
}
