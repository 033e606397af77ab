import { readOlderSecrets, withModernSecrets } from './readOlderSecrets';

describe('readOlderSecrets', () => {
  it.each<[name: string, written: string, read: string]>([
    [
      'a key of a Secret',
      'Bearer ${{ secrets.slack.token }}',
      'Bearer ${{ secret("slack").token }}',
    ],
    [
      'names in brackets',
      `\${{ secrets['my-secret']['a-key'] }}`,
      `\${{ secret("my-secret")['a-key'] }}`,
    ],
    [
      'several of them, also in arguments, lists, maps and conditions',
      '${{ quote(secrets.a.x) + [secrets . b.y, {"k": secrets["c"].z}][0] }} and ${% secrets.d.w ?? "" %}',
      '${{ quote(secret("a").x) + [secret("b").y, {"k": secret("c").z}][0] }} and ${% secret("d").w ?? "" %}',
    ],
    ['a text', 'secrets.slack.token', 'secrets.slack.token'],
    [
      'a text in an expression',
      '${{ "secrets.slack.token" }}',
      '${{ "secrets.slack.token" }}',
    ],
    [
      'a member of that name',
      '${{ vars.secrets.slack }}',
      '${{ vars.secrets.slack }}',
    ],
    ['all of them at once', '${{ keys(secrets) }}', '${{ keys(secrets) }}'],
    [
      'an expression that cannot be read',
      '${{ secrets.a. }}',
      '${{ secrets.a. }}',
    ],
    ['an expression without an end', '${{ secrets.a', '${{ secrets.a'],
  ])('reads %s', (_, written, read) => {
    expect(readOlderSecrets(written)).toBe(read);
  });
});

describe('withModernSecrets', () => {
  it('reads all texts of a value, and returns what has none as it is', () => {
    const headers = [{ name: 'A', value: '${{ secrets.s.k }}' }];
    expect(withModernSecrets({ headers })).toEqual({
      headers: [{ name: 'A', value: '${{ secret("s").k }}' }],
    });
    const other = { url: 'https://acme.io', list: [1, null] };
    expect(withModernSecrets(other)).toBe(other);
  });
});
