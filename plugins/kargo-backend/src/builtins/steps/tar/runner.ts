import { createStep } from 'backstage-plugin-kargo-node';
import { compileIgnorePatterns } from '../shared/ignorePatterns';
import { findInside } from '../shared/relativePath';
import { TarConfig } from './config';
import { writeArchive } from './writeArchive';

/** Packs a file or folder into an archive. */
export const tarStep = createStep({
  id: 'tar',
  description: 'Packs files into a tar archive.',
  config: TarConfig,
  needs: ['files'],
  workspace: 'writes',
  async run({ inPath, outPath, ignore, gzip }, { files }) {
    if (!(await files.find(inPath))) {
      throw new Error(`there is nothing at "${inPath}"`);
    }
    await files.write(
      outPath,
      writeArchive({
        files,
        inPath,
        outPath:
          (await files.find(outPath))?.path ?? findInside('', outPath) ?? '',
        isIgnored: compileIgnorePatterns(ignore ?? ''),
        gzip,
      }),
    );
    return { kind: 'succeeded' };
  },
});
