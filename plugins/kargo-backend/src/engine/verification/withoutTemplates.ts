import { Verifier } from '../../ports/Verifier';

/**
 * The verifier of an installation that cannot run analysis templates: a verification that
 * needs them ends at once and says so.
 */
export const withoutTemplates: Verifier = {
  async start({ id, actor, now }) {
    return {
      id,
      startTime: now,
      finishTime: now,
      phase: 'Error',
      ...(actor && { actor }),
      message:
        'This installation cannot run analysis templates; remove `verification` from the Stage or approve the Freight for the Stages that wait for it',
    };
  },

  async observe({ entry }) {
    return entry;
  },

  async abort({ entry, actor, now }) {
    return {
      ...entry,
      phase: 'Failed',
      message: 'Verification aborted by user',
      finishTime: now,
      ...(actor && { actor }),
    };
  },
};
