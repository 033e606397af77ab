import { findImageReference, wireRepository } from './imageReference';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('findImageReference', () => {
  it.each([
    ['nginx', 'index.docker.io', 'nginx', 'library/nginx'],
    ['docker.io/nginx', 'index.docker.io', 'nginx', 'library/nginx'],
    ['bitnami/nginx', 'index.docker.io', 'bitnami/nginx', 'bitnami/nginx'],
    ['myhost/app', 'index.docker.io', 'myhost/app', 'myhost/app'],
    ['localhost/app', 'localhost', 'app', 'app'],
    ['localhost:5000/a/b', 'localhost:5000', 'a/b', 'a/b'],
    ['ghcr.io/org/app', 'ghcr.io', 'org/app', 'org/app'],
    ['registry-1.docker.io/nginx', 'registry-1.docker.io', 'nginx', 'nginx'],
  ])('of %j is %s, %s, asked for as %s', (text, registry, repository, wire) => {
    const reference = findImageReference(text)!;
    expect(reference).toEqual({ registry, repository });
    expect(wireRepository(reference)).toBe(wire);
  });

  it.each([
    ['ghcr.io/org/app:v1.2_3', { tag: 'v1.2_3' }],
    [`ghcr.io/org/app@${DIGEST}`, { digest: DIGEST }],
    [`ghcr.io/org/app:v1@${DIGEST}`, { tag: 'v1', digest: DIGEST }],
  ])('takes tag and digest of %j apart', (text, parts) => {
    expect(findImageReference(text)).toEqual({
      registry: 'ghcr.io',
      repository: 'org/app',
      ...parts,
    });
  });

  it.each([
    '',
    'ghcr.io/',
    'ghcr.io/Org/app',
    'ghcr.io/org/app:',
    'ghcr.io/org/app:v 1',
    `ghcr.io/org/app:${'a'.repeat(129)}`,
    'ghcr.io/org/app@sha256:abc',
    `a@${DIGEST}@${DIGEST}`,
    'gh cr.io/org/app',
    `ghcr.io/${'a'.repeat(256)}`,
  ])('refuses %j', text => {
    expect(findImageReference(text)).toBeUndefined();
  });
});
