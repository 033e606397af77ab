import { AnswerOf, KindName, KINDS } from 'backstage-plugin-kargo-common';
import { answerList, answerOne, answerWatch } from '../server/answers';
import { WatchQuery } from '../server/parseQuery';
import { pathKey } from '../server/pathKey';
import { requestRefreshAs } from '../resources/requestRefresh';
import {
  AuditNote,
  createFamilyRoute,
  OperationIdIn,
  Route,
} from '../server/route';
import { SchemaName } from '../server/schemas';

type Id = OperationIdIn<'project'>;

/** The kind that an operation answers one of. */
export type KindOf<I extends Id> = AnswerOf<I> extends {
  kind: infer K extends KindName & SchemaName;
}
  ? K
  : never;

/** The kind that an operation lists. */
type ListedKind<I extends Id> = AnswerOf<I> extends {
  items: Array<{ kind: infer K extends KindName & SchemaName }>;
}
  ? K
  : never;

/** Lists everything of a kind in a project. */
export function listRoute<I extends Id>(
  operationId: I,
  kind: ListedKind<I>,
): Route<I> {
  return createFamilyRoute<'project', I>(operationId, {
    summary: `Lists the ${kind}s of a project`,
    answers: { 200: `${kind}List` as SchemaName },
    handle: ({ project }, { store }) =>
      answerList(store, kind, { namespace: project.metadata.name }),
  });
}

/** Answers one object of a project. */
export function getRoute<I extends Id>(
  operationId: I,
  kind: KindOf<I>,
): Route<I> {
  return createFamilyRoute<'project', I>(operationId, {
    summary: `Answers one ${kind}`,
    answers: { 200: kind },
    readsAhead: params => [pathKey(params, kind)],
    handle: ({ params, reads }) => answerOne(reads, pathKey(params, kind)),
  });
}

/** Answers one object of a project, or streams its changes. */
export function getOrWatchRoute<I extends Id>(
  operationId: I,
  kind: KindOf<I>,
): Route<I> {
  return createFamilyRoute<'project', I, WatchQuery>(operationId, {
    summary: `Answers one ${kind}, or streams its changes`,
    answers: { 200: kind },
    readsAhead: params => [pathKey(params, kind)],
    handle: async ({ params, query, reads }, { store }) => {
      const key = pathKey(params, kind);
      const one = await answerOne(reads, key);
      return query.watch
        ? answerWatch(
            { store },
            kind,
            { namespace: key.namespace, names: [key.name] },
            query,
          )
        : one;
    },
  });
}

/** Deletes one object of a project. */
export function deleteRoute<I extends Id>(
  operationId: I,
  kind: KindName,
): Route<I> {
  return createFamilyRoute<'project', I>(operationId, {
    summary: `Deletes one ${kind}`,
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
export function refreshRoute<I extends Id>(
  operationId: I,
  kind: KindName,
): Route<I> {
  return createFamilyRoute<'project', I>(operationId, {
    summary: `Asks the engine to look at one ${kind} again now`,
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
