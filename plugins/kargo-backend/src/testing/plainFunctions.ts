import { functionSet } from '../expressions/functionSets';
import { TEMPLATE_FUNCTIONS } from '../expressions/functions/template';

/** For templates that see nothing but their environment. */
export const PLAIN_FUNCTIONS = functionSet(TEMPLATE_FUNCTIONS);
