import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { repositoryRoot } from './paths';

jest.setTimeout(300_000);

const RUN = join(repositoryRoot, 'scripts/run.mjs');

/** How a script of this repository ends, and what it says. */
function run(script: string, ...args: string[]) {
  return new Promise<{ code: unknown; out: string; err: string }>(resolve => {
    const [file, ...before] = script.endsWith('.ts')
      ? [RUN, join('test/src', script)]
      : [join(repositoryRoot, script)];
    execFile(
      process.execPath,
      [file, ...before, ...args],
      { cwd: repositoryRoot },
      (error, out, err) => resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}

describe('scripts of the repository', () => {
  it.each([
    ['yarn soak', 'soak/main.ts'],
    ['yarn bench', 'bench/main.ts'],
    ['yarn sequences', 'randomized/main.ts'],
    ['yarn conformance', 'conformance/main.ts'],
    ['yarn test:packages', 'packaging/main.ts'],
    ['npm run demo', 'scripts/demo.mjs'],
    ['npm run demo:publish', 'world/cli/publish.ts'],
  ])('%s tells its usage, for which nothing is run', async (name, script) => {
    const asked = await run(script, '--help');
    expect(asked).toMatchObject({ code: 0, err: '' });
    expect(asked.out).toContain(`usage: ${name}`);
    const { code, err } = await run(script, '--unknown');
    expect(code).toBe(2);
    expect(err).toContain(`usage: ${name}`);
    expect(err).not.toMatch(/^ +at /m);
  });
});
