import { Secret } from 'backstage-plugin-kargo-common';
import {
  credentialsChange,
  credentialsForm,
  EMPTY_FORM,
  missingFields,
} from './repoCredentials';

const form = {
  ...EMPTY_FORM,
  name: 'a',
  repoUrl: 'https://x/y',
  username: 'u',
};

describe('repository credentials as a person edits them', () => {
  it('tells everything but the password', () => {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name: 'registry',
        labels: { 'kargo.akuity.io/cred-type': 'image' },
        annotations: { 'kargo.akuity.io/description': 'Ours' },
      },
      stringData: {
        repoURL: '^x$',
        repoURLIsRegex: 'true',
        username: 'robot',
        password: '*** REDACTED ***',
      },
    } as unknown as Secret;
    expect(credentialsForm(secret)).toEqual({
      name: 'registry',
      type: 'image',
      repoUrl: '^x$',
      repoUrlIsRegex: true,
      username: 'robot',
      password: '',
      description: 'Ours',
    });
  });

  it.each([
    ['nothing', {}, {}],
    ['a new password', { password: 'p' }, { password: 'p' }],
    ['no password for none typed', { username: 'v' }, { username: 'v' }],
    ['a cleared description', { description: '' }, { description: '' }],
    ['another type', { type: 'helm' as const }, { type: 'helm' }],
    [
      'a URL together with the mark that it is a pattern',
      { repoUrlIsRegex: true },
      { repoUrl: 'https://x/y', repoUrlIsRegex: true },
    ],
  ])('sends %s', (_, change, sent) => {
    const before = { ...form, description: 'Ours' };
    expect(credentialsChange(before, { ...before, ...change })).toEqual(sent);
  });

  it('asks for a password only of what is new', () => {
    expect(missingFields(form, true)).toEqual(['password']);
    expect(missingFields(form, false)).toEqual([]);
    expect(missingFields(EMPTY_FORM, false)).toEqual([
      'name',
      'repoUrl',
      'username',
    ]);
  });
});
