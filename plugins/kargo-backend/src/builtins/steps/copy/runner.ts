import { createStep } from 'backstage-plugin-kargo-node';
import { withFileError } from '../shared/fileError';
import { compileIgnorePatterns } from '../shared/ignorePatterns';
import { resolveInWorkspace } from '../shared/workspacePath';
import { CopyConfig } from './config';
import { copyTree } from './copyTree';

/** Copies a file, or the content of a folder into another, inside the work folder. */
export const copyStep = createStep({
  id: 'copy',
  description: 'Copies a file or the content of a folder.',
  config: CopyConfig,
  async run({ inPath, outPath, ignore }, { workDir, signal }) {
    const from = await resolveInWorkspace(workDir, inPath);
    const to = await resolveInWorkspace(workDir, outPath);
    const isIgnored = compileIgnorePatterns(ignore ?? '');
    await withFileError('copy', `${inPath}" to "${outPath}`, () =>
      copyTree({ workDir, from, to, isIgnored, signal }),
    );
    return { kind: 'succeeded' };
  },
});
