import { KindName, KINDS } from 'backstage-plugin-kargo-common';
import { z } from 'zod';
import { answerList, answerWatch } from '../server/answers';
import { watchParameters } from '../server/parseQuery';
import { requestRefreshAs } from '../resources/requestRefresh';
import { AuditNote, createRoute, Route } from '../server/route';
import { SchemaName } from '../server/schemas';
import { kargoProjectManagePermission } from 'backstage-plugin-kargo-common';

/** A kind of a project and where the API has it. */
export interface ProjectKind {
  kind: KindName & SchemaName;
  /** Last part of the path: `warehouses`. */
  plural: string;
}

/** Lists everything of a kind in a project. */
export function listRoute({ kind, plural }: ProjectKind): Route {
  return createRoute({
    method: 'get',
    path: `/projects/{project}/${plural}`,
    operationId: `list${kind}s`,
    summary: `Lists the ${kind}s of a project`,
    ask: { scope: 'project' },
    answers: { 200: `${kind}List` as SchemaName },
    handle: ({ project }, { store }) =>
      answerList(store, kind, { namespace: project.metadata.name }),
  });
}

/** Answers one object of a project. */
export function getRoute({ kind, plural }: ProjectKind): Route {
  return createRoute({
    method: 'get',
    path: `/projects/{project}/${plural}/{name}`,
    operationId: `get${kind}`,
    summary: `Answers one ${kind}`,
    ask: { scope: 'project' },
    answers: { 200: kind },
    handle: async ({ project, params }, { store }) => ({
      status: 200,
      body: await store.get({
        kind,
        namespace: project.metadata.name,
        name: params.name,
      }),
    }),
  });
}

/** Answers one object of a project, or streams its changes. */
export function getOrWatchRoute({ kind, plural }: ProjectKind): Route {
  return createRoute({
    method: 'get',
    path: `/projects/{project}/${plural}/{name}`,
    operationId: `get${kind}`,
    summary: `Answers one ${kind}, or streams its changes`,
    ask: { scope: 'project' },
    query: z.object(watchParameters),
    answers: { 200: kind },
    handle: async ({ project, params, query }, { store }) => {
      const key = { kind, namespace: project.metadata.name, name: params.name };
      const object = await store.get(key);
      return query.watch
        ? answerWatch(
            { store },
            kind,
            { namespace: key.namespace, names: [key.name] },
            query,
          )
        : { status: 200, body: object };
    },
  });
}

/** Deletes one object of a project. */
export function deleteRoute({ kind, plural }: ProjectKind): Route {
  return createRoute({
    method: 'delete',
    path: `/projects/{project}/${plural}/{name}`,
    operationId: `delete${kind}`,
    summary: `Deletes one ${kind}`,
    ask: { scope: 'project', permission: kargoProjectManagePermission },
    answers: { 204: undefined },
    audit: audit(kind, 'delete'),
    handle: async ({ project, params, caller }, { admission }) => {
      await admission.delete(
        { kind, namespace: project.metadata.name, name: params.name },
        caller,
      );
      return { status: 204 };
    },
  });
}

/** Asks the engine to look at one object of a project again. */
export function refreshRoute({ kind, plural }: ProjectKind): Route {
  return createRoute({
    method: 'post',
    path: `/projects/{project}/${plural}/{name}/refresh`,
    operationId: `refresh${kind}`,
    summary: `Asks the engine to look at one ${kind} again now`,
    ask: { scope: 'project' },
    answers: { 200: undefined },
    audit: audit(kind, 'refresh'),
    handle: async ({ project, params, caller }, services) => {
      await requestRefreshAs(caller, project, services, {
        kind,
        namespace: project.metadata.name,
        name: params.name,
      });
      return { status: 200 };
    },
  });
}

/** The audit note of a change of a kind: `warehouse-delete` is `warehouse-update` of type `delete`. */
function audit(kind: KindName, actionType: string): AuditNote {
  const group = KINDS[kind].plural.replace(/s$/, '');
  return {
    eventId: `${group}-update`,
    actionType,
    severityLevel: actionType === 'refresh' ? 'low' : 'medium',
  };
}
