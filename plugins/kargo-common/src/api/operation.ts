import {
  BasicPermission,
  Permission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { JsonObject } from '../model/json';
import {
  RESOURCE_TYPE_KARGO_PROJECT,
  RESOURCE_TYPE_KARGO_STAGE,
} from '../permissions';

/** Permission that is asked about projects. @public */
export type ProjectPermission = ResourcePermission<
  typeof RESOURCE_TYPE_KARGO_PROJECT
>;

/** Permission that is asked about Stages. @public */
export type StagePermission = ResourcePermission<
  typeof RESOURCE_TYPE_KARGO_STAGE
>;

/**
 * What is asked before an operation is carried out.
 *
 * @remarks
 * `nobody`: no question, and no token either. `anyone`: a token is enough. `any`: one of
 * several permissions, for whatever it is; which ones the request needs only its body
 * says, and a body is read for nobody who has none of them. `basic`: a permission without
 * a resource. `project` and `stage`: the path names a project, and
 * whoever may not read it is told that it does not exist; then the permission, if there
 * is one beside reading, is asked about the project or the Stage that the path names.
 *
 * @public
 */
export type Ask =
  | { readonly scope: 'nobody' }
  | { readonly scope: 'anyone' }
  | { readonly scope: 'any'; readonly permissions: readonly Permission[] }
  | { readonly scope: 'basic'; readonly permission: BasicPermission }
  | { readonly scope: 'project'; readonly permission?: ProjectPermission }
  | { readonly scope: 'stage'; readonly permission?: StagePermission };

/** Stands for a type where values are written; it is never looked into. @public */
export interface TypeOf<T> {
  readonly type?: T;
}

const NOTHING = Object.freeze({});

/** Names the type of a part of an operation. @public */
export function typeOf<T>(): TypeOf<T> {
  return NOTHING;
}

/** Methods of the API. @public */
export type OperationMethod = 'get' | 'post' | 'put' | 'patch' | 'delete';

/**
 * What server and clients know of one operation of the API. How it is carried out, and the
 * schemas that check what arrives, are the server's.
 *
 * @public
 */
export interface Operation {
  readonly method: OperationMethod;
  /** Below `/v1beta1`, with `{name}` for variable parts. */
  readonly path: string;
  readonly ask: Ask;
  /** Permissions that are asked once it is known what the body or a stored object names. */
  readonly alsoAsks?: readonly Permission[];
  /** Parameters behind `?`, but for those of a watch. */
  readonly query?: TypeOf<object>;
  /** What is sent: an object as JSON, or manifests as YAML or JSON. */
  readonly body?: TypeOf<unknown> | 'manifests';
  /** Whether it can stream the changes of what it answers. */
  readonly watchable?: boolean;
  /** What a success answers; absent for nothing. */
  readonly answer?: TypeOf<unknown>;
}

/** Manifests: YAML documents, or resources. @public */
export type Manifests = string | JsonObject[];

type PathParts<P extends string> =
  P extends `${string}{${infer Part}}${infer Rest}`
    ? Part | PathParts<Rest>
    : never;

/** The variable parts of the path of an operation. @public */
export type OperationParams<O extends Operation> = {
  [Part in PathParts<O['path']>]: string;
};

/** The parameters of an operation behind `?`. @public */
export type OperationQuery<O extends Operation> = O extends {
  query: TypeOf<infer Q extends object>;
}
  ? Q
  : object;

/** What a client sends in the body of an operation; `undefined` for nothing. @public */
export type OperationBody<O extends Operation> = O extends { body: 'manifests' }
  ? Manifests
  : O extends { body: TypeOf<infer B> }
  ? B
  : undefined;

/** What an operation answers. @public */
export type OperationAnswer<O extends Operation> = O extends {
  answer: TypeOf<infer A>;
}
  ? A
  : void;

/** A request for an operation: parts of its path, parameters and body. @public */
export type OperationRequest<O extends Operation> = OperationParams<O> &
  OperationQuery<O> &
  (OperationBody<O> extends undefined ? object : { body: OperationBody<O> });
