import { inOneTurn } from '../../../testing/inOneTurn';
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
    [
      'a Secret that something is asked about',
      `\${{ keys(secrets.a) }} \${{ "x" in secrets.b ? 1 : 0 }} \${{ (secrets.c ?? {}).x }} \${{ secrets.d?.x }}`,
      `\${{ keys(secret("a")) }} \${{ "x" in secret("b") ? 1 : 0 }} \${{ (secret("c") ?? {}).x }} \${{ secret("d")?.x }}`,
    ],
    ...[
      'Bearer ${{ secrets.apiToken }}',
      `\${{ secrets['token'] }}`,
      '${{ quote(secrets.token) }}',
      '${{ secrets.token ?? "none" }}',
      '${{ ctx.stage == "prod" ? secrets.prod : secrets.test }}',
      '${{ let s = "a"; secrets.token }}',
      '${{ let s = secrets.token; s }}',
      '${{ let s = secrets.token; let t = s ?? s; quote(t) }}',
      '${{ 1; secrets.token }}',
    ].map<[string, string, string]>(whole => [
      `no Secret as a whole, which is no text: ${whole}`,
      whole,
      whole,
    ]),
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
      'what a `let` calls so',
      '${{ let secrets = vars.all; secrets.a.b }}',
      '${{ let secrets = vars.all; secrets.a.b }}',
    ],
    [
      'what a `let` calls so as what it is made of',
      '${{ let secrets = {"a": secrets.s.k}; secrets.a }}',
      '${{ let secrets = {"a": secret("s").k}; secrets.a }}',
    ],
    [
      'a Secret that a `let` names',
      '${{ let s = secrets.a; s.b }}',
      '${{ let s = secret("a"); s.b }}',
    ],
    [
      'an expression that cannot be read',
      '${{ secrets.a. }}',
      '${{ secrets.a. }}',
    ],
    ['an expression without an end', '${{ secrets.a', '${{ secrets.a'],
  ])('reads %s', (_, written, read) => {
    expect(inOneTurn(readOlderSecrets(written)).text).toBe(read);
  });

  it('has nothing left where a `let` has taken the name', () => {
    const text = '${{ let secrets = vars.all; secrets.token }}';
    expect(inOneTurn(readOlderSecrets(text)).isLeft).toBe(false);
  });

  it('looks through a text once, however many expressions begin in it', () => {
    const open = `secrets ${'${{'.repeat(300_000)}`;
    expect(inOneTurn(readOlderSecrets(open)).text).toBe(open);
    const many = '${{ secrets.a.b }}'.repeat(500);
    const work = readOlderSecrets(many);
    let steps = 0;
    while (!work.next().done) steps += 1;
    expect(steps).toBe(500);
  });
});

describe('withModernSecrets', () => {
  it('reads all texts of a value, and returns what has none as it is', () => {
    const headers = [{ name: 'A', value: '${{ secrets.s.k }}' }];
    expect(inOneTurn(withModernSecrets({ headers }))).toEqual({
      headers: [{ name: 'A', value: '${{ secret("s").k }}' }],
    });
    const other = { url: 'https://acme.io', list: [1, null] };
    expect(inOneTurn(withModernSecrets(other))).toBe(other);
  });
});
