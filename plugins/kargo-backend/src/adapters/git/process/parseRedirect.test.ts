import { parseRedirect } from './parseRedirect';

const URL_ = 'https://git.example.com/a.git/';
const TAIL = '/info/refs?service=git-upload-pack';

const traceOf = (...headers: string[]) =>
  headers
    .map(text => `12:00:00.1 http.c:684   <= Recv header: ${text}\n`)
    .join('');

describe('parseRedirect', () => {
  it.each([
    [
      'another host',
      `https://other.example/b${TAIL}`,
      'https://other.example/b',
    ],
    ['a path', `/b.git${TAIL}`, 'https://git.example.com/b.git'],
    [
      'credentials',
      `https://u:p@git.example.com/b${TAIL}`,
      'https://git.example.com/b',
    ],
  ])('reads %s', (_name, location, expected) => {
    const trace = traceOf('HTTP/1.1 301 Moved', `Location: ${location}`);
    expect(parseRedirect(trace, URL_)).toBe(expected);
  });

  it('takes the last answer', () => {
    const trace = traceOf(
      'HTTP/2 401',
      'location: /login',
      'HTTP/2 302',
      `location: /b${TAIL}`,
      '',
    );
    expect(parseRedirect(trace, URL_)).toBe('https://git.example.com/b');
  });

  it('finds none when the last answer has none', () => {
    const trace = traceOf('HTTP/2 302', 'location: /b', 'HTTP/2 200');
    expect(parseRedirect(trace, URL_)).toBeUndefined();
  });

  it.each([
    [
      'a page',
      'https://sso.corp/login',
      'a page of sso.corp that is not a git',
    ],
    [
      'plain HTTP',
      `http://git.example.com/a${TAIL}`,
      'from https:// to http://',
    ],
    ['another scheme', `file:///etc${TAIL}`, 'from https:// to file://'],
    ['nonsense', 'https://', 'not a URL'],
  ])('refuses %s', (_name, location, message) => {
    const trace = traceOf('HTTP/1.1 302 Found', `Location: ${location}`);
    expect(() => parseRedirect(trace, URL_)).toThrow(
      expect.objectContaining({
        name: 'UpstreamUnavailableError',
        message: expect.stringContaining(message),
      }),
    );
  });
});
