import {
  createStep,
  isConflictError,
  isInputError,
  isNotFoundError,
} from 'backstage-plugin-kargo-node';
import { SetFreightAliasConfig } from './config';

/** Gives Freight another alias. */
export const setFreightAliasStep = createStep({
  id: 'set-freight-alias',
  description: 'Gives Freight another alias.',
  config: SetFreightAliasConfig,
  needs: ['controlPlane'],
  async run({ name, alias }, { controlPlane }) {
    try {
      await controlPlane.setFreightAlias(name, alias);
    } catch (error) {
      // What is wrong with the names stays wrong; a fault of the store may pass.
      if (
        isConflictError(error) ||
        isNotFoundError(error) ||
        isInputError(error)
      ) {
        return { kind: 'failed', reason: error.message, final: true };
      }
      throw error;
    }
    return {
      kind: 'succeeded',
      message: `Freight "${name}" is now called "${alias}"`,
    };
  },
});
