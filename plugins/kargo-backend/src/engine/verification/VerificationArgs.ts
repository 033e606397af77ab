import {
  AnalysisArgument,
  FreightCollection,
  Stage,
} from 'backstage-plugin-kargo-common';
import { redact } from 'backstage-plugin-kargo-node';
import { LookupTable } from '../../expressions/lookups';
import { Paced } from '../../expressions/Paced';
import { evaluateVerificationArgs } from '../../expressions/verificationScope';
import { sha256Hex } from '../../logic/hash';
import { Clock } from '../../ports/Clock';
import { driveEvaluation, MAX_LOOKUPS } from '../expressions/driveEvaluation';
import { fetchLookup, LookupSource } from '../expressions/fetchLookup';
import { maskError } from '../expressions/maskError';
import { UnbuildableError } from './UnbuildableError';

/** What evaluating arguments needs. */
export interface VerificationArgsOptions extends LookupSource {
  clock: Clock;
}

/** Of the Secret that holds what must not be seen in the arguments of a verification. */
export function argsSecretName(slot: string): string {
  return `verification-args-${sha256Hex(slot).slice(0, 16)}`;
}

/** Values of arguments, and what must not be seen in them. */
export interface EvaluatedArgs {
  values: Record<string, string>;
  secrets: string[];
}

/**
 * Evaluates the arguments that a Stage gives to its verification.
 *
 * @throws UnbuildableError
 */
export async function evaluateArgs(
  options: VerificationArgsOptions,
  stage: Stage,
  collection: FreightCollection,
  signal: AbortSignal,
): Promise<EvaluatedArgs> {
  const lookups = new LookupTable();
  const project = stage.metadata.namespace ?? '';
  const nowMs = options.clock.now();
  try {
    const values = await driveEvaluation(
      unbuildable(
        evaluateVerificationArgs({ stage, collection, lookups, nowMs }),
      ),
      {
        lookups,
        fetch: lookup => fetchLookup(options, project, lookup, signal),
        tooMany: () =>
          new UnbuildableError(
            `the arguments of the verification look up more than ${MAX_LOOKUPS} resources`,
          ),
        signal,
      },
    );
    return { values, secrets: lookups.secretValues() };
  } catch (error) {
    throw maskError(error, lookups.secretValues());
  }
}

/** @throws UnbuildableError for whatever the evaluation throws itself */
function* unbuildable<T>(evaluation: Paced<T>): Paced<T> {
  try {
    return yield* evaluation;
  } catch (error) {
    throw new UnbuildableError((error as Error).message, { cause: error });
  }
}

/**
 * Moves values in which a secret can be seen into a Secret of that name: an AnalysisRun is
 * read by many who may not read Secrets.
 *
 * @returns the arguments, and the data of the Secret; empty when none is needed
 */
export function hideSecrets(
  args: readonly AnalysisArgument[],
  secrets: readonly string[],
  secretName: string,
): { args: AnalysisArgument[]; hidden: Record<string, string> } {
  const hidden: Record<string, string> = {};
  const shown = args.map((arg): AnalysisArgument => {
    const { name, value, valueFrom } = arg;
    const isSecret =
      value !== undefined &&
      !valueFrom?.secretKeyRef &&
      redact(value, secrets) !== value;
    if (!isSecret) {
      return arg;
    }
    // Names of arguments may hold what keys of Secrets may not.
    const key = `arg-${Object.keys(hidden).length}`;
    hidden[key] = value;
    return { name, valueFrom: { secretKeyRef: { name: secretName, key } } };
  });
  return { args: shown, hidden };
}
