import { createStep } from 'backstage-plugin-kargo-node';
import { compileIgnorePatterns } from '../shared/ignorePatterns';
import { CopyConfig } from './config';

/** Copies a file, or the content of a folder into another, inside the work folder. */
export const copyStep = createStep({
  id: 'copy',
  description: 'Copies a file or the content of a folder.',
  config: CopyConfig,
  needs: ['files'],
  workspace: 'writes',
  async run({ inPath, outPath, ignore }, { files }) {
    const isIgnored = compileIgnorePatterns(ignore ?? '');
    await files.copy(inPath, outPath, {
      skip: ({ relativePath, kind }) =>
        isIgnored(relativePath, kind === 'folder'),
    });
    return { kind: 'succeeded' };
  },
});
