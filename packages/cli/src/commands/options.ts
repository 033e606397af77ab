import { Command } from 'commander';
import { OUTPUT_FORMATS } from '../output/OutputFormat';

/** Adds what every command that talks to a server takes. */
export function withConnection(command: Command): Command {
  return command.option(
    '--insecure-skip-tls-verify',
    'do not check the certificate of the server',
  );
}

/** Adds `-p, --project`. */
export function withProject(command: Command): Command {
  return withConnection(command).option(
    '-p, --project <project>',
    'the project; a default can be set with config set-project',
  );
}

/** Adds `-o, --output`. */
export function withOutput(command: Command): Command {
  return command.option('-o, --output <format>', OUTPUT_FORMATS);
}

/** Adds `-f, --filename` and `-R, --recursive`. */
export function withManifests(command: Command): Command {
  return withConnection(command)
    .option(
      '-f, --filename <file>',
      'manifests: a file, a directory, a URL, or - for standard input; can be repeated',
      collectListed,
    )
    .option('-R, --recursive', 'go into directories of directories');
}

/** Gathers the values of an option that can be repeated, or has several with commas between. */
export function collectListed(
  value: string,
  previous: string[] = [],
): string[] {
  return [...previous, ...value.split(',')];
}

/** Gathers the values of an option that can be repeated. */
export function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
