import { CredentialRequest } from 'backstage-plugin-kargo-node';
import { basicProvider } from './provider';

const request: CredentialRequest = {
  project: 'demo',
  type: 'git',
  repoURL: 'https://git.example.com/o/r',
};
const context = { now: () => 0, fetch };

describe('basic credentials', () => {
  it.each([
    ['user and password', { username: 'u', password: 'p' }, true],
    ['an empty password', { username: 'u', password: '' }, true],
    ['both empty', { username: '', password: '' }, true],
    ['no password', { username: 'u' }, false],
    ['no user', { password: 'p' }, false],
    ['no Secret', undefined, false],
  ])('%s: applies %p', (_, data, expected) => {
    expect(
      basicProvider.appliesTo(request, data as Record<string, string>),
    ).toBe(expected);
  });

  it('are the pair of the Secret', async () => {
    const found = await basicProvider.resolve(
      request,
      { username: 'u', password: 'p' },
      context,
    );
    expect([found?.username, found?.password?.reveal()]).toEqual(['u', 'p']);
    expect(found?.expiresAt).toBeUndefined();
  });

  it('are without the line end that a file or echo leaves behind', async () => {
    const found = await basicProvider.resolve(
      request,
      { username: 'u\n', password: ' p \r\n' },
      context,
    );
    expect([found?.username, found?.password?.reveal()]).toEqual(['u', ' p ']);
  });

  it.each([
    { username: 'u', password: '' },
    { username: '', password: 'p' },
  ])('with an empty value ask for anonymous access: %j', async data => {
    expect(await basicProvider.resolve(request, data, context)).toBeUndefined();
  });
});
