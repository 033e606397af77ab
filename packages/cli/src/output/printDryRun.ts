import {
  DryRunStep,
  FileChange,
  GitChanges,
  PromotionDryRun,
} from 'backstage-plugin-kargo-common';
import { CliContext } from '../CliContext';
import { joinErrors } from '../CliError';

/**
 * Prints what a promotion would change as a patch, with remarks that programs for patches
 * pass over.
 *
 * @throws CliError when the promotion would fail, or not all that changes is known
 */
export function printDryRun(
  context: Pick<CliContext, 'writeOut'>,
  { steps, changes, endedEarly }: PromotionDryRun,
): void {
  const failures = [
    ...steps.flatMap(describeFailure),
    ...changes.flatMap(({ repoURL, unknown }) =>
      unknown ? [`what changes in ${repoURL} is not known: ${unknown}`] : [],
    ),
    ...(endedEarly ? [endedEarly] : []),
  ];
  const differing = changes.filter(({ fileCount }) => fileCount > 0);
  const lines = [
    ...differing.flatMap(formatChanges),
    ...(differing.length === 0 && failures.length === 0
      ? ['# nothing changes in git']
      : []),
    ...steps.flatMap(describeNotRun),
  ];
  context.writeOut(lines.map(line => `${line}\n`).join(''));
  if (failures.length > 0) {
    throw joinErrors(failures);
  }
}

function describeFailure({ alias, uses, outcome, message }: DryRunStep) {
  return outcome === 'Failed'
    ? [`step ${alias} (${uses}) would fail: ${message}`]
    : [];
}

function describeNotRun({ alias, uses, outcome, message }: DryRunStep) {
  return outcome === 'NotRun'
    ? [`# not run: ${alias} (${uses}): ${message}`]
    : [];
}

function formatChanges(changes: GitChanges): string[] {
  const { repoURL, path, branch, from, isCommitted, files, fileCount } =
    changes;
  const place = [repoURL, ...(branch ? [branch] : []), from.slice(0, 7)];
  const notListed = fileCount - files.length;
  return [
    `# ${place.join(' ')}, in ${path}`,
    ...(isCommitted
      ? []
      : ['# no step commits this, so it would not be pushed']),
    ...files.flatMap(formatFile),
    ...(notListed > 0
      ? [
          `# ${notListed} more ${
            notListed === 1 ? 'file is' : 'files are'
          } not listed`,
        ]
      : []),
  ];
}

function formatFile(file: FileChange): string[] {
  const { path, previousPath = path, change, diff, isCut } = file;
  if (diff === undefined) {
    return [`# ${describeFile(file)}`];
  }
  return [
    `diff --git a/${previousPath} b/${path}`,
    change === 'Added' ? '--- /dev/null' : `--- a/${previousPath}`,
    change === 'Removed' ? '+++ /dev/null' : `+++ b/${path}`,
    diff.replace(/\n$/, ''),
    ...(isCut ? ['# the rest is too long to be shown'] : []),
  ];
}

function describeFile({ path, previousPath, change, isCut }: FileChange) {
  return [
    path,
    change.toLowerCase(),
    ...(previousPath === undefined ? [] : [`from ${previousPath}`]),
    ...(isCut ? ['too long to be shown'] : []),
  ].join(' ');
}
