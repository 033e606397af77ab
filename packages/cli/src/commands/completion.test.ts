import { runAgainst } from '../testing/runAgainst';

describe('kargo completion', () => {
  it.each<[string[], string[]]>([
    [['ver'], ['verify', 'version']],
    [
      ['get', 'project'],
      ['projects', 'projectconfig'],
    ],
    [['get', 'stages', '--no'], ['--no-headers']],
    [
      ['promote', '-p', 'shop', '--freight'],
      ['--freight', '--freight-alias'],
    ],
    [
      ['config', ''],
      ['get-project', 'set-project', 'view'],
    ],
    [['gr'], ['grant']],
  ])('completes %j', async (words, found) => {
    const run = await runAgainst(['__complete', ...words]);
    expect(run.out).toBe(found.map(word => `${word}\n`).join(''));
  });

  it.each(['bash', 'zsh', 'fish', 'powershell'])('has %s', async shell => {
    const run = await runAgainst(['completion', shell]);
    expect(run.out).toContain('kargo __complete');
  });

  it('knows no other shell', async () => {
    const run = await runAgainst(['completion', 'constructor']);
    expect(run.err).toBe(
      "Error: no completion for 'constructor'; there is one for bash, zsh, fish, powershell\n",
    );
  });
});
