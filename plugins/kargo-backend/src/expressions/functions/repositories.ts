import {
  ExpressionError,
  FunctionDeclaration,
  isNil,
  typeName,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import {
  normalizeChartURL,
  normalizeGitURL,
  normalizeImageURL,
} from '../../logic/repoUrls';
import { declare, overload } from './declare';

/** A text, or the empty one for nil. */
export function textOrNothing(value: Value, place: string): string {
  if (typeof value === 'string') {
    return value;
  }
  if (isNil(value)) {
    return '';
  }
  throw new ExpressionError(
    'run',
    'argument-type',
    `${place}: expected a string, got ${typeName(value)}`,
  );
}

function normalizer(
  name: string,
  normalize: (url: string) => string,
): FunctionDeclaration {
  // `unknown` takes every argument, also nil.
  return declare(name, [overload(Types.string, Types.unknown)], ([url]) =>
    normalize(textOrNothing(url, `${name}()`)),
  );
}

/** Functions that make two spellings of a repository's address the same. */
export const REPOSITORY_FUNCTIONS: FunctionDeclaration[] = [
  normalizer('normalizeGit', normalizeGitURL),
  normalizer('normalizeImage', normalizeImageURL),
  normalizer('normalizeChart', normalizeChartURL),
];
