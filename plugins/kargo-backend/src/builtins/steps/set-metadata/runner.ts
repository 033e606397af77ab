import { createStep } from 'backstage-plugin-kargo-node';
import { SetMetadataConfig } from './config';

/** Stores values with Stages and Freight, for expressions and people to read. */
export const setMetadataStep = createStep({
  id: 'set-metadata',
  description: 'Stores values with Stages and Freight.',
  config: SetMetadataConfig,
  needs: ['controlPlane'],
  async run({ updates }, { controlPlane }) {
    for (const { kind, name, values } of updates) {
      if ('' in values) {
        throw new Error(`a key for ${kind} "${name}" is empty`);
      }
      await controlPlane.setMetadata({ kind, name }, values);
    }
    return { kind: 'succeeded' };
  },
});
