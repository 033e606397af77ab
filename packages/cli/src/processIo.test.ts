import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const BIN = resolve(__dirname, '../bin/kargo');
const LIMIT_MS = 120_000;

function run(words: readonly string[], stdout: number | 'pipe' = 'pipe') {
  return spawn(process.execPath, [BIN, ...words], {
    stdio: ['ignore', stdout, 'pipe'],
  });
}

describe('a command whose output goes nowhere', () => {
  it.each([
    ['what it tells', ['version', '--client'], 'stdout'],
    ['what is wrong', ['foo'], 'stderr'],
  ] as const)(
    'ends without a word when nobody reads %s',
    async (_, words, stream) => {
      const child = run(words);
      child[stream]!.destroy();
      const other = stream === 'stdout' ? child.stderr! : child.stdout!;
      const [said, [code]] = await Promise.all([
        text(other),
        once(child, 'close'),
      ]);
      expect({ said, code }).toEqual({ said: '', code: 141 });
    },
    LIMIT_MS,
  );

  it(
    'says why a file does not take it',
    async () => {
      const full = await open('/dev/full', 'w');
      const child = run(['version', '--client'], full.fd);
      const [said, [code]] = await Promise.all([
        text(child.stderr!),
        once(child, 'close'),
      ]);
      await full.close();
      expect({ said, code }).toEqual({
        said: expect.stringMatching(
          /^Error: cannot write what there is to tell: ENOSPC.*\n$/,
        ),
        code: 1,
      });
    },
    LIMIT_MS,
  );
});
