import { StepHarness } from 'backstage-plugin-kargo-backend/src/testing/StepHarness';
import {
  CaseFile,
  CaseOutcome,
  runCase,
  StepCase,
} from 'backstage-plugin-kargo-backend/src/testing/StepSimulation';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { findDifference } from '../rest/findDifference';
import { type Difference } from '../runCases';
import { readCase } from './readCase';

/** Runs a case and tells all in which it differs; of none when it passes. */
export async function checkCase(
  harness: StepHarness,
  value: Record<string, unknown>,
): Promise<Difference[]> {
  let stepCase: StepCase;
  let outcome: CaseOutcome;
  try {
    stepCase = readCase(value);
    outcome = await runCase(harness, stepCase);
  } catch (error) {
    return [{ expected: 'a case', got: (error as Error).message }];
  }
  return [
    ...compareOutcome(stepCase, outcome),
    ...(await compareFiles(stepCase, harness)),
    ...(await compareRepositories(stepCase, harness)),
    ...compareWorld(stepCase, harness),
  ];
}

function compareOutcome(
  { expect: { results, output, message, like, healthCheck } }: StepCase,
  outcome: CaseOutcome,
): Difference[] {
  const differences = [
    ...compareParts('output with', like, outcome.output),
    ...compareParts('health check', healthCheck, outcome.healthCheck),
  ];
  if (!results.includes(outcome.result)) {
    const got = `${outcome.result} ${outcome.message}`;
    differences.push({ expected: results.join(' or '), got });
  }
  if (output !== undefined && !isDeepStrictEqual(output, outcome.output)) {
    differences.push({
      expected: `output ${JSON.stringify(output)}`,
      got: JSON.stringify(outcome.output),
    });
  }
  if (message !== undefined && !outcome.message.includes(message)) {
    differences.push({
      expected: `a message with ${JSON.stringify(message)}`,
      got: JSON.stringify(outcome.message),
    });
  }
  return differences;
}

async function compareFiles(
  { expect: { files } }: StepCase,
  harness: StepHarness,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [path, expected] of Object.entries(files)) {
    const got = await readAs(harness.at(path), expected);
    if (!isDeepStrictEqual(expected, got)) {
      differences.push({
        expected: `${path} ${JSON.stringify(expected)}`,
        got: JSON.stringify(got),
      });
    }
  }
  return differences;
}

async function compareRepositories(
  { expect: { git = {}, commits = {} } }: StepCase,
  { world }: StepHarness,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [repo, branches] of Object.entries(commits)) {
    for (const [branch, expected] of Object.entries(branches)) {
      const got = await world?.readCommits(repo, branch);
      differences.push(
        ...compareParts(`commits of ${repo} at ${branch}`, expected, got),
      );
    }
  }
  for (const [repo, branches] of Object.entries(git)) {
    for (const [branch, files] of Object.entries(branches)) {
      for (const [path, expected] of Object.entries(files)) {
        const got = await world?.readFile(repo, branch, path);
        if (got !== expected) {
          differences.push({
            expected: `${path} of ${repo} at ${branch} ${JSON.stringify(
              expected,
            )}`,
            got: JSON.stringify(got),
          });
        }
      }
    }
  }
  return differences;
}

function compareWorld(
  { expect: { applications = {}, pulls, requests } }: StepCase,
  { world }: StepHarness,
): Difference[] {
  return [
    ...Object.entries(applications).flatMap(([name, expected]) =>
      compareParts(`Application ${name}`, expected, world?.application(name)),
    ),
    ...compareParts('pull requests', pulls, world?.pulls),
    ...compareParts('requests', requests, world?.requests),
  ];
}

/** Objects may have more than is expected of them; see `findDifference`. */
function compareParts(
  what: string,
  expected: unknown,
  got: unknown,
): Difference[] {
  return expected === undefined || findDifference(expected, got) === undefined
    ? []
    : [
        {
          expected: `${what} ${JSON.stringify(expected)}`,
          got: JSON.stringify(got) ?? 'nothing',
        },
      ];
}

/** A file in the notation in which it is expected; null when there is nothing. */
async function readAs(
  path: string,
  expected: CaseFile | null,
): Promise<CaseFile | null> {
  const stats = await lstat(path).catch(() => undefined);
  if (!stats) {
    return null;
  }
  if (stats.isSymbolicLink()) {
    return { link: await readlink(path) };
  }
  if (stats.isDirectory()) {
    return 'a folder';
  }
  const content = await readFile(path);
  return typeof expected === 'object' && expected !== null
    ? { base64: content.toString('base64') }
    : content.toString('utf8');
}
