import { appendLog, BLOCK, KEPT, LogBlocks, NO_LOG } from './logBlocks';

function textOf({ blocks }: LogBlocks): string {
  return blocks.flatMap(({ pieces }) => pieces).join('');
}

function read(pieces: string[]): LogBlocks {
  return pieces.reduce(appendLog, NO_LOG);
}

const LINE = `${'x'.repeat(99)}\n`;

describe('appendLog', () => {
  it.each([
    ['nothing', ['']],
    ['a line in parts', ['a', 'b', 'c\n', 'd']],
    ['many lines at once', [LINE.repeat(1_000), LINE.repeat(1_000)]],
    ['a line that is long', ['y'.repeat(3 * BLOCK), 'y\n', 'z\n']],
  ])('keeps %s as it came', (_, pieces) => {
    const log = read(pieces);
    expect(textOf(log)).toBe(pieces.join(''));
    expect(log.length).toBe(pieces.join('').length);
    expect(log.isCut).toBe(false);
  });

  it('begins a block with a line, and leaves all blocks before as they are', () => {
    const before = read([LINE.repeat(1_000), 'begun']);
    const after = appendLog(before, ' and ended\n');
    expect(after.blocks.length).toBeGreaterThan(10);
    expect(
      after.blocks.every(({ pieces }) => /^x|^begun/.test(pieces[0])),
    ).toBe(true);
    expect(after.blocks.slice(0, -1)).toEqual(before.blocks.slice(0, -1));
    after.blocks
      .slice(0, -1)
      .forEach((block, index) => expect(block).toBe(before.blocks[index]));
    expect(after.blocks.at(-1)?.pieces.slice(-2)).toEqual([
      'begun',
      ' and ended\n',
    ]);
  });

  it('leaves out the oldest lines of a long log, as few as it can', () => {
    const lines = Array.from({ length: 6_000 }, (_, i) =>
      `${i} ${LINE}`.slice(-100),
    );
    const log = read(lines);
    expect(log.isCut).toBe(true);
    expect(log.length).toBeGreaterThan(KEPT - 2 * BLOCK);
    expect(log.length).toBeLessThanOrEqual(KEPT);
    expect(lines.join('').endsWith(textOf(log))).toBe(true);
    expect(textOf(log).length % 100).toBe(0);
  });

  it('keeps the end of a line that is longer than what is kept', () => {
    const log = read([LINE, 'a'.repeat(KEPT), 'b'.repeat(KEPT - 1)]);
    expect(textOf(log)).toBe(`a${'b'.repeat(KEPT - 1)}`);
    expect(log.isCut).toBe(true);
  });

  it('gives no two blocks of a log the same name', () => {
    const log = read(Array.from({ length: 50 }, () => LINE.repeat(300)));
    const ids = log.blocks.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
