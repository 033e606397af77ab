import { createStep } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { editHcl } from './editHcl';
import { HclError } from './HclError';
import { writeLiteral } from './literals';

/** Larger files are not written by people, and reading one would hold up other work. */
const MAX_BYTES = 256 * 1024;

/** Replaces values in an HCL file and leaves every other byte as it is. */
export const hclUpdateStep = createStep({
  id: 'hcl-update',
  description: 'Replaces values in an HCL file, keeping everything else.',
  config: z.strictObject({
    path: z.string().min(1),
    updates: z
      .array(
        z.strictObject({
          key: z.string().min(1),
          value: z.union([z.string(), z.number(), z.boolean()]),
        }),
      )
      .min(1),
  }),
  needs: ['files'],
  workspace: 'writes',
  async run({ path, updates }, { files, signal }) {
    const text = await files.readText(path, { maxBytes: MAX_BYTES });
    const edited = await explaining(path, () =>
      editHcl(text, updates, { signal }),
    );
    if (edited !== text) {
      await files.write(path, edited);
    }
    const lines = updates.map(
      ({ key, value }) => `- ${key}: ${writeLiteral(value)}`,
    );
    return {
      kind: 'succeeded',
      output: { commitMessage: `Updated ${path}\n\n${lines.join('\n')}` },
    };
  },
});

/** @throws Error that names the file, when the edit is refused */
async function explaining(
  path: string,
  edit: () => Promise<string>,
): Promise<string> {
  try {
    return await edit();
  } catch (error) {
    if (!(error instanceof HclError)) throw error;
    throw new Error(`cannot update "${path}": ${error.message}`);
  }
}
