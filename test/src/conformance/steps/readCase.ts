import { FreightReference, JsonObject } from 'backstage-plugin-kargo-common';
import { CaseWorld } from 'backstage-plugin-kargo-backend/src/testing/StepWorld';
import {
  CaseFile,
  StepCase,
  StepResult,
} from 'backstage-plugin-kargo-backend/src/testing/StepSimulation';

/** Codes of results, and the words for all of a kind. */
const RESULTS: Readonly<Record<string, readonly StepResult[]>> = {
  OK: ['OK'],
  SKIP: ['SKIP'],
  RUN: ['RUN'],
  'F!': ['F!'],
  F: ['F'],
  F0: ['F'],
  'E!': ['E!'],
  E: ['E'],
  E0: ['E'],
  SUCCEEDED: ['OK'],
  SUCCESS: ['OK'],
  SKIPPED: ['SKIP'],
  RUNNING: ['RUN'],
  WAITING: ['RUN'],
  FAILED: ['F!', 'F'],
  ERRORED: ['E!', 'E'],
};

/** Objects that may be expected. */
const PARTS = [
  'like',
  'healthCheck',
  'git',
  'commits',
  'applications',
] as const;

/** @throws Error that names the field which is not as it should be. */
export function readCase(value: Record<string, unknown>): StepCase {
  const expected = record(value, 'expect');
  const result = expected.result;
  const results =
    typeof result === 'string' ? RESULTS[result.toUpperCase()] : undefined;
  if (!results) {
    throw new Error(
      `"expect.result" must be one of ${Object.keys(RESULTS).join(', ')}`,
    );
  }
  const { requestedImages } = value;
  return {
    id: String(value.id ?? ''),
    step: text(value, 'step'),
    config: record(value, 'config', {}) as JsonObject,
    files: record(value, 'files', {}) as Record<string, CaseFile>,
    freight: readFreight(value.freight),
    vars: readVars(value.vars),
    ...(Array.isArray(requestedImages) && {
      requestedImages: requestedImages.map(String),
    }),
    ...(value.world !== undefined && {
      world: record(value, 'world') as CaseWorld,
    }),
    ...(Array.isArray(value.before) && {
      before: value.before as StepCase['before'],
    }),
    ...(value.facts !== undefined && {
      facts: record(value, 'facts') as StepCase['facts'],
    }),
    expect: {
      ...readParts(expected),
      results,
      ...('output' in expected && {
        output: expected.output as JsonObject | null,
      }),
      files: record(expected, 'files', {}) as Record<string, CaseFile | null>,
      ...('message' in expected && { message: text(expected, 'message') }),
    },
  };
}

/** What else may be expected, each as it is given. */
function readParts(
  expected: Record<string, unknown>,
): Partial<StepCase['expect']> {
  const { pulls, requests } = expected;
  return {
    ...Object.fromEntries(
      PARTS.filter(name => name in expected).map(name => [
        name,
        record(expected, name),
      ]),
    ),
    ...(Array.isArray(pulls) && { pulls }),
    ...(Array.isArray(requests) && { requests: requests.map(String) }),
  };
}

/** One piece of Freight or several; what it does not say of itself is made up. */
function readFreight(value: unknown): FreightReference[] {
  const given = Array.isArray(value) ? value : [value ?? {}];
  return given.map((reference, index) => ({
    name: `f${index}`,
    origin: {
      kind: 'Warehouse' as const,
      name: index === 0 ? 'main' : `main-${index}`,
    },
    ...(reference as object),
  }));
}

/** As a Promotion lists them, or as members of an object. */
function readVars(value: unknown): { name: string; value: string }[] {
  if (Array.isArray(value)) {
    return value as { name: string; value: string }[];
  }
  return Object.entries((value ?? {}) as object).map(([name, content]) => ({
    name,
    value:
      typeof content === 'string'
        ? content
        : `\${{ ${JSON.stringify(content)} }}`,
  }));
}

function record(
  value: Record<string, unknown>,
  field: string,
  fallback?: Record<string, unknown>,
): Record<string, unknown> {
  const found = value[field] ?? fallback;
  if (typeof found !== 'object' || found === null || Array.isArray(found)) {
    throw new Error(`"${field}" must be an object`);
  }
  return found as Record<string, unknown>;
}

function text(value: Record<string, unknown>, field: string): string {
  const found = value[field];
  if (typeof found !== 'string') {
    throw new Error(`"${field}" must be a text`);
  }
  return found;
}
