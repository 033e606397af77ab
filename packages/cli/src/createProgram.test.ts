import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { CliContext } from './CliContext';
import { createProgram } from './createProgram';

const page = readFileSync(
  resolve(__dirname, '../../../docs/reference/cli.md'),
  'utf8',
);

// Declaring commands touches nothing of the outside world.
const program = createProgram({ homeDirectory: homedir() } as CliContext);

function commandsOf(parent: Command): Command[] {
  return parent.commands.flatMap(command => [command, ...commandsOf(command)]);
}

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
