/**
 * The expression language: parser, static checker and evaluator.
 *
 * @packageDocumentation
 */
export { printTree } from './printTree';
export type * from './ast';
export { encodeJson, encodeJsonInSlices } from './encodeJson';
export type { EncodeJsonOptions } from './encodeJson';
export {
  ExpressionError,
  HostSignal,
  isExpressionError,
  isHostSignal,
  positionOf,
  printError,
} from './errors';
export type { ExpressionErrorCode, ExpressionStage } from './errors';
export type { FunctionDeclaration } from './FunctionDeclaration';
export type { Signature } from './functions/Builtin';
export { BUILTIN_NAMES } from './functions/builtins';
export { fromJs, toJs } from './jsValues';
export type { JsonData } from './jsValues';
export { TIME_METHODS } from './methods';
export type { Method } from './methods';
export { DEFAULT_LIMITS, StepBudget } from './Meter';
export type { Limits, StepCounter } from './Meter';
export { parseNumber } from './numbers';
export type { BinaryOperation, UnaryOperation } from './operators';
export { patternSize } from './patternSize';
export { Program } from './Program';
export type { CompileOptions, RunOptions } from './Program';
export { formatFloat } from './text/formatFloat';
export { printRfc3339 } from './time/layout';
export { compile, evaluate, parse } from './evaluate';
export { DEFAULT_SOURCE_LIMITS } from './TokenReader';
export type { SourceLimits } from './TokenReader';
export { Duration } from './time/Duration';
export { Location } from './time/Location';
export { Time } from './time/Time';
export { withoutGroupNames } from './withoutGroupNames';
export { Types } from './types';
export type { SimpleKind, Type } from './types';
export {
  AnyMap,
  Boxed,
  HostFunction,
  HostObject,
  isNil,
  listKind,
  Named,
  NIL_LIST,
  TypedMap,
  typedList,
  typeName,
  Uint,
} from './values';
export type {
  HostMember,
  HostMethod,
  HostType,
  ListKind,
  Value,
  ValueMap,
} from './values';
