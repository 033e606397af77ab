import { HttpTrace } from './HttpTrace';

const PREFIX = '12:00:00.000001 http.c:684              ';
const ASK =
  '=> Send header: GET /a.git/info/refs?service=git-upload-pack HTTP/1.1';
const SMART =
  '<= Recv header: Content-Type: application/x-git-upload-pack-advertisement';

const traceOf = (...lines: string[]) =>
  lines.map(line => `${PREFIX}${line}\n`).join('');

const END = '<= Recv header: ';

describe('HttpTrace', () => {
  it.each([
    [
      'of the last answer',
      ['HTTP/1.1 429 Too Many', 'Retry-After: 120', ''],
      '120',
    ],
    ['over HTTP/2', ['HTTP/2 503', 'retry-after:  60 ', ''], '60'],
    ['which said nothing', ['HTTP/2 503', ''], undefined],
    [
      'and not of the one before',
      ['HTTP/2 401', 'retry-after: 60', '', 'HTTP/2 429', ''],
      undefined,
    ],
  ])('tells when to ask again: %s', (_, headers, retryAfter) => {
    const trace = new HttpTrace(() => {});
    trace.push(traceOf(...headers.map(header => `<= Recv header: ${header}`)));
    expect(trace.retryAfter).toBe(retryAfter);
  });

  const plainFilesIn = (trace: string, size = trace.length) => {
    const found: string[] = [];
    const reader = new HttpTrace(type => found.push(type));
    for (let at = 0; at < trace.length; at += size) {
      reader.push(trace.slice(at, at + size));
    }
    return found;
  };

  it.each<[string, string[], string[]]>([
    ['smart', [ASK, '<= Recv header: HTTP/1.1 200 OK', SMART, END], []],
    [
      'smart over HTTP/2, with a parameter',
      [
        ASK.replace('HTTP/1.1', 'HTTP/2'),
        '<= Recv header: HTTP/2 200',
        `${SMART.toLowerCase().replace('<= recv', '<= Recv')}; charset=utf-8`,
        END,
      ],
      [],
    ],
    [
      'plain files',
      [
        ASK,
        '<= Recv header: HTTP/1.1 200 OK',
        '<= Recv header: content-type: text/plain; charset=utf-8',
        END,
      ],
      ['text/plain'],
    ],
    ['no type', [ASK, '<= Recv header: HTTP/1.1 200 OK', END], ['']],
    [
      'a page to sign in at, of another answer of success',
      [
        ASK,
        '<= Recv header: HTTP/1.1 203 Non-Authoritative Information',
        '<= Recv header: content-type: text/html',
        END,
      ],
      ['text/html'],
    ],
    [
      'smart, of another answer of success',
      [
        ASK,
        '<= Recv header: HTTP/1.1 203 Non-Authoritative Information',
        SMART,
        END,
      ],
      [],
    ],
    [
      'the advertisement of another service',
      [
        ASK.replace('upload', 'receive'),
        '<= Recv header: HTTP/1.1 200 OK',
        SMART,
        END,
      ],
      ['application/x-git-upload-pack-advertisement'],
    ],
    [
      'a refusal, then smart',
      [
        ASK,
        '<= Recv header: HTTP/1.1 401 Unauthorized',
        '<= Recv header: content-type: text/html',
        END,
        ASK,
        '<= Recv header: HTTP/1.1 200 OK',
        SMART,
        END,
      ],
      [],
    ],
    [
      'another request',
      [
        '=> Send header: POST /a.git/git-upload-pack HTTP/1.1',
        '<= Recv header: HTTP/1.1 200 OK',
        '<= Recv header: content-type: application/x-git-upload-pack-result',
        END,
      ],
      [],
    ],
    [
      'the tunnel of a proxy',
      [
        '=> Send header: CONNECT git.corp:443 HTTP/1.1',
        '<= Recv header: HTTP/1.1 200 Connection established',
        END,
      ],
      [],
    ],
  ])('tells %s', (_name, lines, expected) => {
    expect(plainFilesIn(traceOf(...lines))).toEqual(expected);
    expect(plainFilesIn(traceOf(...lines), 7)).toEqual(expected);
  });

  it('keeps no more than the last headers', () => {
    const reader = new HttpTrace(() => {});
    const line = traceOf(`<= Recv header: x: ${'y'.repeat(1000)}`);
    for (let count = 0; count < 200; count++) reader.push(line);
    reader.push(traceOf('<= Recv header: location: /b'));
    expect(reader.received.length).toBeLessThanOrEqual(64 * 1024);
    expect(reader.received).toContain('location: /b');
  });
});
