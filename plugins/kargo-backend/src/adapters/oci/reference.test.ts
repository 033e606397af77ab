import { isLoopbackHost, parseRepository } from './reference';

describe('parseRepository', () => {
  it.each([
    ['nginx', 'index.docker.io', 'library/nginx'],
    ['nginx:1.27', 'index.docker.io', 'library/nginx'],
    ['bitnami/nginx', 'index.docker.io', 'bitnami/nginx'],
    ['docker.io/nginx', 'index.docker.io', 'library/nginx'],
    ['docker.io/library/nginx', 'index.docker.io', 'library/nginx'],
    ['index.docker.io/nginx', 'index.docker.io', 'library/nginx'],
    [
      'registry-1.docker.io/library/nginx',
      'registry-1.docker.io',
      'library/nginx',
    ],
    ['GHCR.io/Org/App', 'ghcr.io', 'org/app'],
    ['ghcr.io/org/app:1.2.3', 'ghcr.io', 'org/app'],
    [`ghcr.io/org/app@sha256:${'0'.repeat(64)}`, 'ghcr.io', 'org/app'],
    ['localhost:5000/x/y', 'localhost:5000', 'x/y'],
    ['localhost/x', 'localhost', 'x'],
    ['127.0.0.1:5000/app', '127.0.0.1:5000', 'app'],
    ['myhost/app', 'index.docker.io', 'myhost/app'],
    ['myhost:5000/app', 'myhost:5000', 'app'],
    ['oci://ghcr.io/acme/charts/web', 'ghcr.io', 'acme/charts/web'],
    ['oci://myhost/charts/web', 'myhost', 'charts/web'],
    ['oci://myhost:5000/web', 'myhost:5000', 'web'],
    ['oci://docker.io/web', 'index.docker.io', 'web'],
    ['oci://docker.io/acme/web:1.0.0', 'index.docker.io', 'acme/web'],
  ])('%s is at %s, %s', (repoURL, host, name) => {
    expect(parseRepository(repoURL)).toEqual({ host, name });
  });

  it.each(['', 'ghcr.io/', 'ghcr.io/a b', 'https://ghcr.io/a?b'])(
    'rejects "%s"',
    repoURL => {
      expect(() => parseRepository(repoURL)).toThrow(
        'does not name an image repository',
      );
    },
  );
});

it.each(['oci://', 'oci://web', 'oci://myhost/', 'oci:///web', 'oci://h/a b'])(
  'rejects the chart "%s"',
  repoURL => {
    expect(() => parseRepository(repoURL)).toThrow('does not name a chart');
  },
);

describe('isLoopbackHost', () => {
  it.each([
    ['localhost:5000', true],
    ['registry.localhost', true],
    ['127.0.0.1:80', true],
    ['127.1.2.3', true],
    ['[::1]:5000', true],
    ['10.0.0.1', false],
    ['localhost.example.com', false],
  ])('%s %s', (host, expected) => {
    expect(isLoopbackHost(host)).toBe(expected);
  });
});
