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
      ? [remark('nothing changes in git')]
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
    ? [remark(`not run: ${alias} (${uses}): ${message}`)]
    : [];
}

function formatChanges(changes: GitChanges): string[] {
  const { repoURL, path, branch, from, isCommitted, files, fileCount } =
    changes;
  const place = [repoURL, ...(branch ? [branch] : []), from.slice(0, 7)];
  const notListed = fileCount - files.length;
  return [
    remark(`${place.join(' ')}, in ${path}`),
    ...(isCommitted
      ? []
      : [remark('no step commits this, so it would not be pushed')]),
    ...files.flatMap(formatFile),
    ...(notListed > 0
      ? [
          remark(
            `${notListed} more ${
              notListed === 1 ? 'file is' : 'files are'
            } not listed`,
          ),
        ]
      : []),
  ];
}

function formatFile(file: FileChange): string[] {
  const { path, previousPath = path, change, diff, isCut } = file;
  if (diff === undefined) {
    return [remark(describeFile(file))];
  }
  const before = quoted(`a/${previousPath}`);
  const after = quoted(`b/${path}`);
  return [
    `diff --git ${before} ${after}`,
    change === 'Added' ? '--- /dev/null' : `--- ${before}`,
    change === 'Removed' ? '+++ /dev/null' : `+++ ${after}`,
    diff.replace(/\n$/, ''),
    ...(isCut ? [remark('the rest is too long to be shown')] : []),
  ];
}

/** However many lines a text has, none of them is a part of the patch. */
function remark(text: string): string {
  return text.replace(/^/gm, '# ');
}

/** A path as git writes it in patches: it may hold ends of lines, and more. */
function quoted(path: string): string {
  const escaped = path.replace(/[^\P{Cc}\u0080-\u009f]|["\\]/gu, character =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return escaped === path ? path : `"${escaped}"`;
}

function describeFile({ path, previousPath, change, isCut }: FileChange) {
  return [
    path,
    change.toLowerCase(),
    ...(previousPath === undefined ? [] : [`from ${previousPath}`]),
    ...(isCut ? ['too long to be shown'] : []),
  ].join(' ');
}
