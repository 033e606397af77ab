import { FunctionDeclaration, Program } from 'backstage-plugin-kargo-expr';
import { CompiledCache } from './CompiledCache';
import { DATA_FUNCTIONS } from './functions/data';
import { DISCOVERY_FUNCTIONS } from './functions/discovery';
import { FREIGHT_FUNCTIONS } from './functions/freight';
import { REPOSITORY_FUNCTIONS } from './functions/repositories';
import { STATUS_FUNCTIONS } from './functions/status';
import { TEMPLATE_FUNCTIONS } from './functions/template';
import { VERSION_FUNCTIONS } from './functions/versions';

/** A template cut into text and compiled expressions. */
export type CompiledTemplate = readonly (string | Program)[];

/** Functions that an entry point offers, and what has been compiled with them. */
export interface FunctionSet {
  declarations: FunctionDeclaration[];
  templates: CompiledCache<CompiledTemplate>;
  expressions: CompiledCache<Program>;
}

/** The functions of these groups. */
export function functionSet(...groups: FunctionDeclaration[][]): FunctionSet {
  return {
    declarations: groups.flat(),
    templates: new CompiledCache(),
    expressions: new CompiledCache(),
  };
}

/** Variables of promotions and verifications, and verification arguments. */
export const VARIABLE_FUNCTIONS = functionSet(
  TEMPLATE_FUNCTIONS,
  FREIGHT_FUNCTIONS,
  DATA_FUNCTIONS,
  VERSION_FUNCTIONS,
);

/** `config` and `if` of steps. */
export const STEP_FUNCTIONS = functionSet(
  TEMPLATE_FUNCTIONS,
  FREIGHT_FUNCTIONS,
  DATA_FUNCTIONS,
  STATUS_FUNCTIONS,
  VERSION_FUNCTIONS,
);

/** Freight creation criteria. */
export const CRITERIA_FUNCTIONS = functionSet(DISCOVERY_FUNCTIONS);

/** Conditions of generic webhook receivers. */
export const WEBHOOK_CONDITION_FUNCTIONS = functionSet(REPOSITORY_FUNCTIONS);

/** Templates of generic webhook receivers. */
export const WEBHOOK_TEMPLATE_FUNCTIONS = functionSet(
  TEMPLATE_FUNCTIONS,
  REPOSITORY_FUNCTIONS,
);
