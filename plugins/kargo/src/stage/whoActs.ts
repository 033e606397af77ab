import { ProjectAccess, ReasonCode } from 'backstage-plugin-kargo-common';
import { StageView } from './stageModel';

type StageRights = ProjectAccess['stages'][string];

/** What has to be done about a reason, where somebody has to do something. */
const DEEDS: { [C in ReasonCode]?: 'promote' | 'approve' } = {
  'auto-promotion-disabled': 'promote',
  'no-source': 'approve',
};

/**
 * The owners of a Stage as far as they may do what the viewer may not: of viewers who own it
 * themselves nobody knows whom the policy lets do it instead.
 */
export function otherActors(rights: StageRights | undefined): string[] {
  return rights?.isOwner ? [] : rights?.owners ?? [];
}

/** A Stage with who ends what it waits for, as far as the viewer's rights are known. */
export function withActors(
  view: StageView,
  access: ProjectAccess | undefined,
): StageView {
  const { waitsFor } = view;
  const deed = waitsFor && DEEDS[waitsFor.code];
  const rights = access?.stages[view.name];
  if (!deed || !rights) {
    return view;
  }
  const actors = rights[deed].allowed ? 'viewer' : otherActors(rights);
  return actors.length > 0
    ? { ...view, waitsFor: { ...waitsFor, actors } }
    : view;
}
