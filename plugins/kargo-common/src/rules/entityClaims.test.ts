import { ANNOTATIONS } from '../model/labels';
import {
  ClaimedResource,
  confirmedOwners,
  EntityClaim,
  unconfirmedClaims,
} from './entityClaims';

function place(name: string, entities?: string): ClaimedResource {
  return {
    metadata: {
      name,
      ...(entities !== undefined && {
        annotations: { [ANNOTATIONS.entities]: entities },
      }),
    },
  };
}

const web: EntityClaim = {
  entity: 'component:default/web',
  owners: ['group:default/web'],
};
const webTest: EntityClaim = {
  entity: 'component:default/web-test',
  owners: ['group:default/testers', 'group:default/qa'],
  stages: ['test', 'qa-*'],
};
const stranger: EntityClaim = {
  entity: 'component:default/stranger',
  owners: ['group:default/strangers'],
};
const ALL = [web, webTest, stranger];
const NAMED = 'component:default/web, component:default/web-test';

describe('confirmedOwners', () => {
  it.each<[string, string | undefined, string[]]>([
    ['gives nothing to whoever only claims', undefined, []],
    ['gives nothing by an empty list', ' , ', []],
    ['takes a reference', 'component:default/web', ['group:default/web']],
    ['takes any case', 'Component:Default/Web', ['group:default/web']],
    [
      'takes a reference without a namespace',
      'component:web',
      ['group:default/web'],
    ],
    ['takes no other namespace', 'component:shop/web', []],
    ['takes no other kind', 'system:default/web', []],
    ['takes no bare name', 'web', []],
    [
      'takes those that name no Stages before those that do',
      NAMED,
      ['group:default/web'],
    ],
    [
      'takes those that name Stages if there are no others',
      'component:default/web-test',
      ['group:default/qa', 'group:default/testers'],
    ],
    [
      'takes a glob',
      'component:default/*',
      ['group:default/strangers', 'group:default/web'],
    ],
    [
      'takes everything, if it says so',
      '*',
      ['group:default/strangers', 'group:default/web'],
    ],
  ])('of a project %s', (_, entities, owners) => {
    expect(confirmedOwners(ALL, place('shop', entities))).toEqual(owners);
  });

  it.each<[string, string | undefined, string, string | undefined, string[]]>([
    ['nobody confirmed', undefined, 'test', undefined, []],
    [
      'the project confirmed',
      NAMED,
      'test',
      undefined,
      ['group:default/qa', 'group:default/testers', 'group:default/web'],
    ],
    [
      'the claim does not reach',
      NAMED,
      'prod',
      undefined,
      ['group:default/web'],
    ],
    [
      'the Stage confirmed alone',
      undefined,
      'qa-eu',
      'component:default/web-test',
      ['group:default/qa', 'group:default/testers'],
    ],
    [
      'the Stage confirmed others than the project',
      NAMED,
      'test',
      'component:default/stranger',
      ['group:default/strangers'],
    ],
    ['the Stage confirmed nobody', NAMED, 'test', '', []],
  ])('of a Stage where %s', (_, ofProject, name, ofStage, owners) => {
    expect(
      confirmedOwners(ALL, place('shop', ofProject), place(name, ofStage)),
    ).toEqual(owners);
  });

  it('gives no other Stage to an entity that claims more than before', () => {
    const widened = { ...webTest, stages: ['*'] };
    const project = place('shop', 'component:default/web');
    const test = place('test', 'component:default/web-test');
    expect(confirmedOwners([widened], project, test)).toHaveLength(2);
    expect(confirmedOwners([widened], project, place('prod'))).toEqual([]);
    expect(confirmedOwners([widened], project)).toEqual([]);
  });
});

describe('unconfirmedClaims', () => {
  it.each<[string, ClaimedResource, ClaimedResource[], EntityClaim[]]>([
    ['all, where nothing is confirmed', place('shop'), [place('test')], ALL],
    ['all but what the project confirms', place('shop', NAMED), [], [stranger]],
    [
      'all but what a Stage confirms',
      place('shop'),
      [place('test', NAMED)],
      [stranger],
    ],
    [
      'what only a Stage confirms that is not claimed',
      place('shop'),
      [place('prod', NAMED)],
      [webTest, stranger],
    ],
  ])('are %s', (_, project, stages, expected) => {
    expect(unconfirmedClaims(ALL, project, stages)).toEqual(expected);
  });
});
