import { createStep } from 'backstage-plugin-kargo-node';
import { FailConfig } from './config';

/** Ends the promotion on purpose, for example behind an `if` that must never hold. */
export const failStep = createStep({
  id: 'fail',
  description: 'Fails on purpose, with a message.',
  config: FailConfig,
  async run({ message }) {
    const reason = message === undefined ? 'failed' : `failed: ${message}`;
    return { kind: 'failed', reason, final: true };
  },
});
