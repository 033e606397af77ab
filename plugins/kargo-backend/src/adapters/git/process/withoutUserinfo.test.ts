import { withoutUserinfo } from './withoutUserinfo';

describe('withoutUserinfo', () => {
  it.each([
    ['nothing', 'nothing'],
    ['https://a/b', 'https://a/b'],
    ['https://u:p@a/b', 'https://a/b'],
    ['https://u:p@w@a/b@c', 'https://a/b@c'],
    [
      "to 'https://u@a' and ssh://git:x@b:22/c",
      "to 'https://a' and ssh://b:22/c",
    ],
    ['https://a b@c', 'https://a b@c'],
    ['://@', '://'],
    ['x://y://u@z', 'x://y://z'],
    ['mail a@b.c', 'mail a@b.c'],
  ])('%j becomes %j', (text, expected) => {
    expect(withoutUserinfo(text)).toBe(expected);
  });

  it.each(['w', '@', '://', 'a://b', ':'])(
    'takes no longer for a text of %j than for any other of its length',
    part => {
      const text = part.repeat((1024 * 1024) / part.length);
      const started = process.cpuUsage();
      withoutUserinfo(text);
      // A square of the length would be minutes; ten seconds forgive any machine.
      expect(process.cpuUsage(started).user / 1000).toBeLessThan(10_000);
    },
  );
});
