/** One command line, and what must come of it. */
export interface CommandCase {
  /** As one types it; quotes hold words together. */
  run: string;
  /** Standard input. */
  input?: string;
  /** Files of the working directory that are written before, by their paths. */
  files: Record<string, string>;
  /** Variables of the environment. */
  env: Record<string, string>;
  code: number;
  /** Regular expressions for standard output and standard error; an empty one for nothing. */
  out?: string;
  err?: string;
  /** Whether it is run again until it does what it must, for a minute at most. */
  again?: boolean;
  /** Names for what the first group of an expression finds in standard output. */
  save: Record<string, string>;
  /** Why Kargo's own command line has no such command, or answers otherwise. */
  ours?: string;
  /** Why only Kargo's own command line answers so. */
  theirs?: string;
}

/** @throws Error that names what is wrong with a case */
export function readCommand(value: Record<string, unknown>): CommandCase {
  const { run, code = 0, files = {}, env = {}, save = {}, ...rest } = value;
  if (typeof run !== 'string' || !run.startsWith('kargo ')) {
    throw new Error('run: expected a text that begins with "kargo "');
  }
  return {
    ...(rest as Partial<CommandCase>),
    ...{ run, code: Number(code) },
    files: files as Record<string, string>,
    env: env as Record<string, string>,
    save: save as Record<string, string>,
  };
}

/** The words of a command line behind `kargo`; single quotes hold words together. */
export function wordsOf(run: string): string[] {
  return [...run.matchAll(/(?:[^\s']|'[^']*')+/g)]
    .slice(1)
    .map(([word]) => word.replaceAll("'", ''));
}
