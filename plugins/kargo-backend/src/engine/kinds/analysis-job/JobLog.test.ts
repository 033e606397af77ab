import { JobLog } from './JobLog';

describe('JobLog', () => {
  it('masks secrets line by line, also where they are printed in pieces', () => {
    const log = new JobLog([], new Set(['s3cr3t-t0ken']));
    log.add('a', 'token: s3cr3t');
    expect(log.read({ isEnded: false })).toEqual([
      { container: 'a', text: '' },
    ]);
    log.add('a', '-t0ken\nnext');
    expect(log.read({ isEnded: false })).toEqual([
      { container: 'a', text: 'token: *****\n' },
    ]);
    expect(log.read({ isEnded: true })).toEqual([
      { container: 'a', text: 'token: *****\nnext' },
    ]);
  });

  it('keeps the end of what is long, and says how much is gone', () => {
    const log = new JobLog([{ container: 'a', text: 'before\n' }], []);
    for (let line = 0; line < 10_000; line++) {
      log.add('a', `line ${line}\n`);
    }
    const [{ text, dropped = 0 }] = log.read({ isEnded: true });
    expect(text).toHaveLength(64 * 1024);
    expect(text.endsWith('line 9999\n')).toBe(true);
    expect(dropped + text.length).toBe(7 + 98_890);
  });

  it.each([1, 4, 200])(
    'fits into a resource, whatever %d containers print',
    count => {
      const log = new JobLog([], []);
      for (let n = 0; n < count; n++) {
        log.add(`container-${n}`, '\x01'.repeat(100_000));
      }
      const logs = log.read({ isEnded: true });
      expect(JSON.stringify(logs).length).toBeLessThan(1024 * 1024);
      for (const { text, dropped = 0 } of logs) {
        expect(text).not.toBe('');
        expect(text.length + dropped).toBe(100_000);
      }
    },
  );

  it('keeps what it knows of a log that cannot be read, and says so until it can', () => {
    const log = new JobLog([], ['s3cr3t-t0ken']);
    log.replace('a', { text: 'known\n' });
    expect(log.isChanged).toBe(true);
    log.read({ isEnded: false });
    log.replace('a', { message: 'no s3cr3t-t0ken' });
    log.replace('b', { message: 'not there' });
    expect(log.isChanged).toBe(true);
    const unread = [
      { container: 'a', text: 'known\n', message: 'no *****' },
      { container: 'b', text: '', message: 'not there' },
    ];
    expect(log.read({ isEnded: false })).toEqual(unread);
    const later = new JobLog(unread, []);
    later.replace('a', { message: 'no *****' });
    expect(later.isChanged).toBe(false);
    expect(later.read({ isEnded: false })).toEqual(unread);
    later.replace('a', { text: 'known\n' });
    expect(later.isChanged).toBe(true);
    expect(later.read({ isEnded: true })).toContainEqual({
      container: 'a',
      text: 'known\n',
    });
  });

  describe('that is read by its end', () => {
    const line = (number: number) =>
      `line ${number} ${'-'.repeat(number % 7)}\n`;
    const lines = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => line(from + at)).join('');

    /** What somebody is told who looks after each of these. */
    function follow(windows: string[], log = new JobLog([], [])): string {
      let seen = 0;
      let told = '';
      for (const text of windows) {
        log.replace('a', { text });
        const [{ text: kept, dropped = 0 }] = log.read({ isEnded: false });
        told += kept.slice(Math.max(seen - dropped, 0));
        seen = dropped + kept.length;
      }
      return told;
    }

    it('tells each line once', () => {
      const windows = Array.from({ length: 60 }, (_, at) =>
        lines(Math.max(at * 37 - 1_000, 0), at * 37),
      );
      expect(follow(windows)).toBe(lines(0, 59 * 37));
    });

    it('tells all that there is when more was printed than is read', () => {
      expect(follow([lines(0, 100), lines(500, 600)])).toBe(
        lines(0, 100) + lines(500, 600),
      );
    });

    it('goes on after somebody else, who kept less of it', () => {
      const known = lines(50, 100);
      const dropped = lines(0, 50).length;
      const log = new JobLog([{ container: 'a', text: known, dropped }], []);
      log.replace('a', { text: lines(20, 120) });
      expect(log.read({ isEnded: false })).toEqual([
        {
          container: 'a',
          text: lines(20, 120),
          dropped: lines(0, 20).length,
        },
      ]);
    });

    it('takes no longer for what is alike', () => {
      const known = `b${'a'.repeat(30_000)}\n`;
      const windows = Array.from({ length: 10 }, () => [
        known,
        `${'a'.repeat(60_000)}\n`,
      ]).flat();
      const before = process.cpuUsage();
      follow(windows);
      expect(process.cpuUsage(before).user / 1000).toBeLessThan(5_000);
    });
  });

  it('takes a line that does not end in pieces', () => {
    const log = new JobLog([], []);
    log.add('a', 'x'.repeat(20_000));
    expect(log.isChanged).toBe(true);
    expect(log.read({ isEnded: false })[0].text).toHaveLength(20_000);
    expect(log.isChanged).toBe(false);
  });
});
