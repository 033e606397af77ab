import { findVersion } from 'backstage-plugin-kargo-backend/src/logic/selection/semver';
import {
  parseConstraint,
  satisfies,
  SemverError,
} from 'backstage-plugin-kargo-backend/src/logic/selection/semverConstraint';
import { parsePathSelector } from 'backstage-plugin-kargo-backend/src/logic/selection/pathFilters';
import { selectSemverTags } from 'backstage-plugin-kargo-backend/src/logic/selection/semverTags';
import { inOneTurn } from 'backstage-plugin-kargo-backend/src/testing/inOneTurn';
import { describeDifference, type Difference } from '../runCases';

/** Runs one case; tells what is wrong with it. */
export function checkCase(value: Record<string, unknown>): string | undefined {
  const { expected, got } = outcomes(value);
  return expected === got ? undefined : describeDifference({ expected, got });
}

function outcomes(value: Record<string, unknown>): Difference {
  try {
    return runOperation(value);
  } catch (error) {
    return { expected: 'a case', got: (error as Error).message };
  }
}

function runOperation(value: Record<string, unknown>): Difference {
  switch (value.op) {
    case 'check':
      return checkConstraint(value);
    case 'sort':
      return sortTags(value);
    case 'pm':
      return matchPath(value);
    default:
      return {
        expected: 'op "check", "sort" or "pm"',
        got: `unknown op ${JSON.stringify(value.op)}`,
      };
  }
}

function checkConstraint(value: Record<string, unknown>): Difference {
  const constraint = readText(value, 'constraint');
  const version = readText(value, 'version');
  const got = errorWord(() => {
    const parsed = parseConstraint(constraint);
    const candidate = findVersion(version);
    return candidate ? String(satisfies(candidate, parsed)) : 'VERR';
  });
  return { expected: String(value.expect), got };
}

function sortTags(value: Record<string, unknown>): Difference {
  const tags = value.tags;
  if (!Array.isArray(tags)) throw new Error('"tags" must be a list of tags');
  const constraint = readText(value, 'constraint', '');
  const got = errorWord(() =>
    JSON.stringify(
      inOneTurn(
        selectSemverTags(tags.map(String), {
          constraint,
          strict: value.strict === true,
        }),
      ),
    ),
  );
  const { expect } = value;
  const expected =
    typeof expect === 'string' ? expect : JSON.stringify(expect ?? []);
  return { expected, got };
}

// A selector that is not valid has no outcome to compare, whatever the case says.
function matchPath(value: Record<string, unknown>): Difference {
  const path = readText(value, 'path');
  const selector = findSelector(readText(value, 'pattern'));
  const expected = value.bad === true ? 'bad pattern' : String(value.expect);
  return {
    expected,
    got: selector ? String(selector.matches(path)) : 'bad pattern',
  };
}

function findSelector(pattern: string) {
  try {
    return parsePathSelector(pattern);
  } catch (error) {
    if ((error as Error).name === 'InputError') return undefined;
    throw error;
  }
}

function errorWord(run: () => string): string {
  try {
    return run();
  } catch (error) {
    if (error instanceof SemverError) {
      return 'CERR';
    }
    throw error;
  }
}

function readText(
  value: Record<string, unknown>,
  field: string,
  fallback?: string,
): string {
  const found = value[field] ?? fallback;
  if (typeof found === 'string') return found;
  throw new Error(`"${field}" must be a text`);
}
