import {
  ProjectAccess,
  Reason,
  tellReason,
} from 'backstage-plugin-kargo-common';
import { aStage, NOW_MS } from '../../dev/testing/builders';
import { freightIndex, StageView, stageView } from './stageModel';
import { otherActors, withActors } from './whoActs';

type Rights = ProjectAccess['stages'][string];

const OWNERS = ['group:default/shop'];
const YES = { allowed: true } as const;
const NO = { allowed: false, reason: 'no' } as const;
const about = { origin: 'Warehouse/web', freight: 'f1' };
const PROMOTE: Reason = { code: 'auto-promotion-disabled', ...about };
const APPROVE: Reason = { code: 'no-source', ...about };

function viewOf(reason: Reason | undefined): StageView {
  const view = stageView(aStage('prod'), freightIndex([], NOW_MS));
  return { ...view, waitsFor: reason && tellReason(reason) };
}

function access(rights: Partial<Rights>): ProjectAccess {
  return {
    project: { manage: NO },
    stages: { prod: { promote: NO, approve: NO, ...rights } },
  };
}

describe('withActors', () => {
  it.each<[string, Reason, Partial<Rights>, unknown]>([
    ['the viewer may promote', PROMOTE, { promote: YES }, 'viewer'],
    ['the viewer may approve', APPROVE, { approve: YES }, 'viewer'],
    [
      'the viewer may only promote what is to be approved',
      APPROVE,
      { promote: YES, owners: OWNERS },
      OWNERS,
    ],
    [
      'the viewer may only approve what is to be promoted',
      PROMOTE,
      { approve: YES, owners: OWNERS },
      OWNERS,
    ],
    [
      'the policy keeps it from owners',
      PROMOTE,
      { owners: OWNERS, isOwner: true },
      undefined,
    ],
    ['nobody owns it', PROMOTE, {}, undefined],
    [
      'nobody has to do anything',
      { code: 'discovering' },
      { promote: YES, approve: YES },
      undefined,
    ],
  ])('where %s', (_, reason, rights, actors) => {
    const view = withActors(viewOf(reason), access(rights));
    expect(view.waitsFor?.actors).toEqual(actors);
  });

  it.each([
    ['rights are not known', viewOf(PROMOTE), undefined],
    [
      'rights on the Stage are not known',
      viewOf(PROMOTE),
      { ...access({}), stages: {} },
    ],
    ['it waits for nothing', viewOf(undefined), access({ promote: YES })],
  ])('leaves a Stage as it is where %s', (_, view, rights) => {
    expect(withActors(view, rights)).toBe(view);
  });
});

describe('otherActors', () => {
  it.each([
    [undefined, []],
    [{ promote: NO, approve: NO }, []],
    [{ promote: NO, approve: NO, owners: OWNERS }, OWNERS],
    [{ promote: NO, approve: NO, owners: OWNERS, isOwner: true }, []],
  ])('of %j are %j', (rights, actors) => {
    expect(otherActors(rights)).toEqual(actors);
  });
});
