import { createStep } from 'backstage-plugin-kargo-node';
import { chmod, lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withFileError } from '../shared/fileError';
import { FileWriteConfig } from './config';
import { findRefusal } from './findRefusal';

/**
 * Writes a file.
 *
 * @remarks
 * A file that has these contents already is no obstacle, so that the step may run again.
 */
export const fileWriteStep = createStep({
  id: 'file-write',
  description: 'Writes a text into a file.',
  config: FileWriteConfig,
  async run(config, { workDir }) {
    const { path: userPath, contents, permissions } = config;
    const mode = parseInt(permissions, 8);
    const file = path.join(workDir, userPath);
    const refusal =
      (await findRefusal(workDir, userPath, permissions)) ??
      (await findObstacle(file, config));
    if (refusal !== undefined) {
      return { kind: 'failed', reason: refusal, final: true };
    }
    await withFileError('write', userPath, async () => {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      await writeFile(file, contents, { mode });
      await chmod(file, mode);
    });
    return { kind: 'succeeded' };
  },
});

async function findObstacle(
  file: string,
  config: { path: string; contents: string; overwrite: boolean },
): Promise<string | undefined> {
  const stats = await lstat(file).catch(() => undefined);
  if (!stats) {
    return undefined;
  }
  if (!stats.isFile()) {
    return `"${config.path}" exists and is not a file`;
  }
  const isSame = (await readFile(file, 'utf8')) === config.contents;
  return config.overwrite || isSame
    ? undefined
    : `"${config.path}" exists; set "overwrite: true" to replace it`;
}
