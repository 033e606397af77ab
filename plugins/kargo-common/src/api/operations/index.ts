import {
  Operation,
  OperationAnswer,
  OperationBody,
  OperationParams,
  OperationQuery,
  OperationRequest,
} from '../operation';
import { DATA_OPERATIONS } from './data';
import { DEFINITION_OPERATIONS } from './definitions';
import {
  FREIGHT_OPERATIONS,
  PROMOTION_OPERATIONS,
  STAGE_OPERATIONS,
  WAREHOUSE_OPERATIONS,
} from './pipelines';
import { PROJECT_OPERATIONS } from './projects';
import { RESOURCE_OPERATIONS } from './resources';
import { ROLE_OPERATIONS, TOKEN_OPERATIONS } from './roles';
import { SYSTEM_OPERATIONS, WATCH_OPERATIONS } from './system';

/**
 * Every operation of the API: the server's routes, the client, the interface's fake and
 * the test of who may do what are made of this table.
 *
 * @public
 */
export const OPERATIONS = {
  ...RESOURCE_OPERATIONS,
  ...PROJECT_OPERATIONS,
  ...WAREHOUSE_OPERATIONS,
  ...FREIGHT_OPERATIONS,
  ...STAGE_OPERATIONS,
  ...PROMOTION_OPERATIONS,
  ...DEFINITION_OPERATIONS,
  ...DATA_OPERATIONS,
  ...ROLE_OPERATIONS,
  ...TOKEN_OPERATIONS,
  ...SYSTEM_OPERATIONS,
  ...WATCH_OPERATIONS,
} satisfies Record<string, Operation>;

/** The table by name. @public */
export type Operations = typeof OPERATIONS;

/** Name of an operation. @public */
export type OperationId = keyof Operations;

/** Every name of an operation, in the order of the table. @public */
export const OPERATION_IDS = Object.keys(OPERATIONS) as OperationId[];

/** The variable parts of the path of an operation. @public */
export type ParamsOf<Id extends OperationId> = OperationParams<Operations[Id]>;

/** The parameters of an operation behind `?`. @public */
export type QueryOf<Id extends OperationId> = OperationQuery<Operations[Id]>;

/** What a client sends in the body of an operation. @public */
export type BodyOf<Id extends OperationId> = OperationBody<Operations[Id]>;

/** A request for an operation: parts of its path, parameters and body. @public */
export type RequestOf<Id extends OperationId> = OperationRequest<
  Operations[Id]
>;

/** What an operation answers. @public */
export type AnswerOf<Id extends OperationId> = OperationAnswer<Operations[Id]>;
