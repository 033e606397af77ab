import { Draft, problemAt, Promotion } from 'backstage-plugin-kargo-common';
import { InvalidResourceError } from '../../../logic/admission/InvalidResourceError';
import { isEqualJson } from '../../../logic/mergePatch';
import { KindAdmission } from '../KindModule';

/** A Promotion is made by its Stage's template, and its spec never changes. */
export const promotionAdmission: KindAdmission<Promotion> = {
  keep: keepSteps,
  checkUpdate,
  create: (draft, requester, { promotions }) =>
    promotions.createFromManifest(draft, requester),
};

/** A manifest without steps means the ones the Promotion has. */
function keepSteps(
  draft: Draft<Promotion>,
  { spec: stored }: Promotion,
): Draft<Promotion> {
  const { spec: given } = draft as Pick<Promotion, 'spec'>;
  return {
    ...draft,
    spec: {
      ...given,
      ...(given.steps === undefined && { steps: stored.steps }),
      ...(given.vars === undefined && stored.vars && { vars: stored.vars }),
    },
  };
}

async function checkUpdate(
  draft: Draft<Promotion>,
  stored: Promotion,
): Promise<void> {
  if (!isEqualJson(draft.spec, stored.spec)) {
    throw new InvalidResourceError(`Promotion '${stored.metadata.name}'`, [
      problemAt(
        draft,
        ['spec'],
        'the spec it was created with: it is immutable',
      ),
    ]);
  }
}
