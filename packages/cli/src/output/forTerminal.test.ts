import { createProcessIo } from '../processIo';
import { forTerminal } from './forTerminal';

describe('a terminal is given', () => {
  it.each([
    ['text as it is', 'größe: 1\n\tsize 2 🙂\n', 'größe: 1\n\tsize 2 🙂\n'],
    ['no sequences', '\x1b[2J\x1b]0;title\x07', '^[[2J^[]0;title^G'],
    ['nothing that goes back', 'safe\rbad\b', 'safe^Mbad^H'],
    ['no sequences in one character', '\x9b2J\x7f', '<U+009B>2J^?'],
    ['nothing between', '\x00\x1f\x80\x9f\xa0', '^@^_<U+0080><U+009F>\xa0'],
  ])('%s', (_, text, expected) => {
    expect(forTerminal(text)).toBe(expected);
  });
});

describe.each(['stdout', 'stderr'] as const)('what is written to %s', name => {
  const stream = process[name];
  const wasTerminal = stream.isTTY;
  afterEach(() => {
    stream.isTTY = wasTerminal;
    jest.restoreAllMocks();
  });

  it.each([
    ['does not command a terminal', true, '^[[2J'],
    ['reaches a program as it is', false, '\x1b[2J'],
  ])('%s', (_, isTerminal, expected) => {
    const write = jest.spyOn(stream, 'write').mockReturnValue(true);
    stream.isTTY = isTerminal;
    const io = createProcessIo();
    (name === 'stdout' ? io.writeOut : io.writeError)('\x1b[2J');
    const [[written]] = write.mock.calls;
    write.mockRestore();
    expect(written).toBe(expected);
  });
});
