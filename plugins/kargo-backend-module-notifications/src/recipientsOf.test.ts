import { recipientsOf } from './recipientsOf';

const KIND = {
  enabled: true,
  severity: 'high' as const,
  owners: true,
  recipients: ['group:default/ops'],
};

function resource(name: string, notify?: string) {
  return {
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-03-01T12:00:00Z',
      ...(notify !== undefined && {
        annotations: { 'kargo.akuity.io/notify': notify },
      }),
    },
  };
}

describe('recipientsOf', () => {
  it.each<[string, string | undefined, string | undefined, string[]]>([
    ['those of the configuration', undefined, undefined, []],
    [
      'those whom the project names',
      'qa, User:Rita',
      undefined,
      ['group:default/qa', 'user:default/rita'],
    ],
    [
      'those whom the Stage names in place of the project',
      'qa',
      'release',
      ['group:default/release'],
    ],
    ['nobody where the Stage says so', 'qa', '', []],
    [
      'nobody behind what is no reference',
      'a b:c, , qa',
      undefined,
      ['group:default/qa'],
    ],
  ])('are the owners and %s', (_, ofProject, ofStage, listed) => {
    expect(
      recipientsOf(KIND, {
        owners: ['group:default/team'],
        project: resource('shop', ofProject),
        stage: resource('prod', ofStage),
      }),
    ).toEqual(['group:default/team', ...listed, 'group:default/ops']);
  });

  it('are each of them once, with whoever asked', () => {
    expect(
      recipientsOf(
        { ...KIND, owners: false },
        {
          owners: ['group:default/team'],
          project: resource('shop', 'ops'),
          stage: resource('prod'),
          requester: 'user:default/rita',
        },
      ),
    ).toEqual(['group:default/ops', 'user:default/rita']);
  });
});
