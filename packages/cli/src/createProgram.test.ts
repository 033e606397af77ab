import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { CliContext } from './CliContext';
import { createProgram } from './createProgram';
import { runAgainst } from './testing/runAgainst';

const page = readFileSync(
  resolve(__dirname, '../../../docs/reference/cli.md'),
  'utf8',
);

// Declaring commands touches nothing of the outside world.
const program = createProgram({ homeDirectory: homedir() } as CliContext);

function commandsOf(parent: Command): Command[] {
  return parent.commands.flatMap(command => [command, ...commandsOf(command)]);
}

describe('a word that is not known', () => {
  it.each([
    [['foo'], "unknown command 'foo'", "'kargo --help'"],
    [['get', 'foo'], "unknown command 'foo'", "'kargo get --help'"],
    [['get', 'stage', '--foo'], "unknown option '--foo'", undefined],
  ])('%j is told with where to read on', async (words, problem, page_) => {
    const { code, out, err } = await runAgainst(words, {});
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(
      `Error: ${problem}\n${page_ ? `${page_} lists what there is\n` : ''}`,
    );
  });
});

describe('a format of output that there is none of', () => {
  const formats = ['wide', 'jsonpath', 'jsonpath={.a', 'jsonpath-file=none'];

  it.each([
    ['apply', '-f', '-'],
    ['create', 'project', 'shop'],
    ['create', 'token', 'ci', '--system', '--role', 'kargo-viewer'],
    ['grant', '-p', 'shop', '--role', 'dev', '--claim', 'groups=dev'],
    ['promote', '-p', 'shop', '--stage', 'prod', '--freight', 'f1'],
    ['get', 'projects'],
  ])('is told before anything is done: %s %s', async (...words) => {
    for (const format of formats) {
      const run = await runAgainst([...words, '-o', format], {
        input: 'kind: Stage\n',
      });
      expect(run).toMatchObject({ code: 1, out: '', requests: [] });
      expect(run.err).toMatch(/^Error: (output format|jsonpath|cannot read)/);
    }
  });
});

describe('the reference page', () => {
  it.each(
    commandsOf(program)
      .map(command => command.name())
      .filter(name => !name.startsWith('__')),
  )('has %s', name => {
    expect(page).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it.each([
    ...new Set(
      commandsOf(program).flatMap(({ options }) =>
        options.flatMap(({ long }) => long ?? []),
      ),
    ),
  ])('has %s', option => {
    expect(page).toContain(option);
  });
});
