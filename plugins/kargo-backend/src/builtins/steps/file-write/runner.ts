import { createStep, StepFiles } from 'backstage-plugin-kargo-node';
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
  needs: ['files'],
  workspace: 'writes',
  async run(config, { files }) {
    const { path, contents, permissions } = config;
    const refusal =
      (await findRefusal(files, path, permissions)) ??
      (await findObstacle(files, config));
    if (refusal !== undefined) {
      return { kind: 'failed', reason: refusal, final: true };
    }
    await files.write(path, contents, {
      mode: parseInt(permissions, 8),
      refuseLinks: true,
    });
    return { kind: 'succeeded' };
  },
});

async function findObstacle(
  files: StepFiles,
  config: { path: string; contents: string; overwrite: boolean },
): Promise<string | undefined> {
  const { path, contents, overwrite } = config;
  const found = await files.find(path);
  if (!found) {
    return undefined;
  }
  if (found.kind !== 'file') {
    return `"${path}" exists and is not a file`;
  }
  const isSame =
    found.size === Buffer.byteLength(contents) &&
    (await files.read(path, { maxBytes: found.size })).equals(
      Buffer.from(contents),
    );
  return overwrite || isSame
    ? undefined
    : `"${path}" exists; set "overwrite: true" to replace it`;
}
