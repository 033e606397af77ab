import { IndexDeclaration } from '../ports/ResourceIndex';
import { KIND_MODULES } from './kinds';

/** Changes whenever a declaration of a kind does, so that a new version brings stored ones up to date. */
export const INDEXES_VERSION = '7';

/** What lists and wake-ups look up; every value is written with its resource. */
export const INDEXES: IndexDeclaration[] = Object.values(KIND_MODULES)
  .filter(({ indexes, sortKeys }) => indexes || sortKeys)
  .map(({ kind, indexes, sortKeys }) => ({ kind, indexes, sortKeys }));
