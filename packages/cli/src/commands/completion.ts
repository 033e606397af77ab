import { Command } from 'commander';
import { CliContext } from '../CliContext';
import { CliError } from '../CliError';

/** Scripts that ask `kargo __complete WORD…` for what may come next. */
const SCRIPTS: Record<string, string> = {
  bash: `_kargo() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(kargo __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _kargo kargo
`,
  zsh: `#compdef kargo
_kargo() {
  local -a candidates
  candidates=(\${(f)"$(kargo __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  compadd -a candidates
  [[ \${#candidates} -gt 0 ]] || _files
}
compdef _kargo kargo
`,
  fish: `complete -c kargo -f -a '(kargo __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'
complete -c kargo -s f -l filename -r -F
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName kargo -ScriptBlock {
  param($word, $tree, $position)
  $words = @($tree.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq '') { $words += '""' }
  kargo __complete @words 2>$null | Where-Object { $_ -like "$word*" }
}
`,
};

/** `kargo completion SHELL` */
export function addCompletion(program: Command, context: CliContext): void {
  program
    .command('completion <shell>')
    .description('Print a completion script: bash, zsh, fish or powershell')
    .action((shell: string) => {
      const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
      if (script === undefined) {
        throw new CliError(
          `no completion for '${shell}'; there is one for ${Object.keys(
            SCRIPTS,
          ).join(', ')}`,
        );
      }
      context.writeOut(script);
    });
  program
    .command('__complete [words...]', { hidden: true })
    .allowUnknownOption()
    .helpOption(false)
    .action((words: string[]) => {
      const found = completeWords(program, words);
      context.writeOut(found.map(word => `${word}\n`).join(''));
    });
}

/**
 * What may stand in place of the last word: subcommands, and options once it starts
 * with a dash.
 */
function completeWords(program: Command, words: readonly string[]): string[] {
  const given = words.slice(0, -1);
  const last = (words[words.length - 1] ?? '').replace(/^""$/, '');
  const command = given.reduce<Command>(
    (at, word) => subcommand(at, word) ?? at,
    program,
  );
  const candidates = last.startsWith('-')
    ? command.options.flatMap(({ long }) => long ?? [])
    : visibleNames(program, command);
  return candidates.filter(candidate => candidate.startsWith(last));
}

function subcommand(parent: Command, word: string): Command | undefined {
  return parent.commands.find(
    command => command.name() === word || command.aliases().includes(word),
  );
}

function visibleNames(program: Command, command: Command): string[] {
  return program
    .createHelp()
    .visibleCommands(command)
    .map(each => each.name())
    .filter(name => name !== 'help' || command === program);
}
