import { aRole } from '../../../dev/testing/FakeSettings';
import { holderChange, rightChange, roleRows, wordsOf } from './roleRows';

describe('the row of a role', () => {
  it('names everybody who has it, and each right of its own', () => {
    const [row] = roleRows([
      aRole('deployer', {
        claims: [
          { name: 'groups', values: ['devops', 'ops'] },
          { name: 'email', values: ['kim@example.com'] },
        ],
        rules: [
          {
            apiGroups: ['kargo.akuity.io'],
            resources: ['stages', 'freights'],
            verbs: ['get'],
          },
          {
            apiGroups: ['kargo.akuity.io'],
            resources: ['stages'],
            resourceNames: ['uat', 'prod'],
            verbs: ['promote'],
          },
        ],
      }),
    ]);
    expect(row.holders).toEqual([
      { claim: 'groups', value: 'devops' },
      { claim: 'groups', value: 'ops' },
      { claim: 'email', value: 'kim@example.com' },
    ]);
    expect(row.rights).toEqual([
      { resource: 'stages', verbs: ['get'] },
      { resource: 'freights', verbs: ['get'] },
      { resource: 'stages', name: 'uat', verbs: ['promote'] },
      { resource: 'stages', name: 'prod', verbs: ['promote'] },
    ]);
    expect(row).toMatchObject({ isManaged: true, isPredefined: false });
  });

  it('stands below those of roles that every project has', () => {
    const rows = roleRows(
      ['zoe', 'kargo-viewer', 'amy', 'kargo-admin'].map(name =>
        aRole(name, { kargoManaged: false }),
      ),
    );
    expect(rows.map(({ metadata }) => metadata.name)).toEqual([
      'kargo-admin',
      'kargo-viewer',
      'amy',
      'zoe',
    ]);
    expect(rows[2]).toMatchObject({ isManaged: false, description: '' });
  });
});

describe('what is asked for', () => {
  it.each([
    [
      holderChange('ci', { claim: 'groups', value: 'ops' }),
      {
        role: 'ci',
        userClaims: { claims: [{ name: 'groups', values: ['ops'] }] },
      },
    ],
    [
      rightChange('ci', { resource: 'stages', verbs: ['get'] }),
      {
        role: 'ci',
        resourceDetails: { resourceType: 'stages', verbs: ['get'] },
      },
    ],
    [
      rightChange('ci', {
        resource: 'stages',
        name: 'uat',
        verbs: ['promote'],
      }),
      {
        role: 'ci',
        resourceDetails: {
          resourceType: 'stages',
          resourceName: 'uat',
          verbs: ['promote'],
        },
      },
    ],
  ])('is the role and the change alone', (change, expected) => {
    expect(change).toEqual(expected);
  });

  it.each([
    ['get, list', ['get', 'list']],
    ['get list,get', ['get', 'list']],
    [' , ', []],
  ])('takes %j as words', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});
