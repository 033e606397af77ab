import { ChartSubscription } from './Warehouse';

describe('the URL of a chart repository', () => {
  const isGood = (repoURL: string) =>
    ChartSubscription.safeParse({ repoURL }).success;

  it.each([
    ['https://charts.example', true],
    ['https://charts.example:8443/a/b', true],
    ['oci://charts.example/web', true],
    ['ftp://charts.example', false],
    ['https://charts.example/a\nb', false],
  ])('%j is one: %s', (url, expected) => {
    expect(isGood(url)).toBe(expected);
  });

  it('is judged in one look, however many slashes it has', () => {
    // Fails by never coming to an end.
    expect(isGood(`https://charts.example${'/'.repeat(60)}\n`)).toBe(false);
  });
});
