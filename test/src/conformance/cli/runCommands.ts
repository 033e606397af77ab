import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type CommandResult } from '../../world/commandLine';
import { parseCases } from '../parseCases';
import type { ConformanceResult } from '../runCases';
import { type CommandCase, readCommand, wordsOf } from './readCommand';

/** A command line to try, and where. */
export interface CommandWorld {
  /** Runs it with the words behind `kargo`, and variables on top of its environment. */
  invoke(
    words: string[],
    input: string,
    variables: Readonly<Record<string, string>>,
  ): Promise<CommandResult>;
  workingDirectory: string;
  /** What `{{name}}` stands for in the lines. */
  values: Readonly<Record<string, string>>;
  /** Whether it is the command line of this repository. */
  isOurs: boolean;
}

const AGAIN_MS = 60_000;

/** Of a command of which the other command line has no such form. */
const SKIPPED = 'skipped';

/**
 * Runs the commands of a list (JSON Lines), one after the other, and prints each that fails.
 *
 * @throws if the file cannot be read. A line that is no command counts as a failure.
 */
export async function runCommandsOn(
  world: CommandWorld,
  file: string,
): Promise<ConformanceResult> {
  const values = { ...world.values };
  const result = { passed: 0, failed: 0 };
  for (const line of parseCases(await readFile(file, 'utf8'))) {
    const problem = line.problem ?? (await outcome(world, line.value!, values));
    if (problem === undefined) {
      result.passed += 1;
    } else if (problem !== SKIPPED) {
      result.failed += 1;
      process.stdout.write(
        `FAIL ${file}:${line.line} ${line.value?.run}\n  ${problem}\n`,
      );
    }
  }
  return result;
}

async function outcome(
  world: CommandWorld,
  value: Record<string, unknown>,
  values: Record<string, string>,
): Promise<string | undefined> {
  try {
    const command = readCommand(fillIn(value, values));
    if (world.isOurs ? command.theirs : command.ours) {
      return SKIPPED;
    }
    for (const [name, text] of Object.entries(command.files)) {
      const path = join(world.workingDirectory, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
    const result = await invoke(world, command);
    return problemOf(command, result) ?? save(command, result, values);
  } catch (error) {
    return (error as Error).message;
  }
}

/** Runs a command; one that has to wait for the engine, again and again. */
async function invoke(
  world: CommandWorld,
  command: CommandCase,
): Promise<CommandResult> {
  const end = performance.now() + AGAIN_MS;
  for (;;) {
    const result = await world.invoke(
      wordsOf(command.run),
      command.input ?? '',
      command.env,
    );
    const isOver = !command.again || performance.now() > end;
    if (isOver || problemOf(command, result) === undefined) {
      return result;
    }
    await setTimeout(500);
  }
}

function fillIn(
  value: Record<string, unknown>,
  values: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const text = JSON.stringify(value).replace(/\{\{(\w+)\}\}/g, (all, name) =>
    Object.hasOwn(values, name) ? values[name] : all,
  );
  return JSON.parse(text) as Record<string, unknown>;
}

function problemOf(
  { code, out, err }: CommandCase,
  result: CommandResult,
): string | undefined {
  const told = `exit code ${result.code}; ${result.out}${result.err}`;
  if (result.code !== code) {
    return `expected exit code ${code}, got ${told}`;
  }
  if (out !== undefined && !isLike(out, result.out)) {
    return `expected an output like ${out || 'nothing'}, got ${told}`;
  }
  return err !== undefined && !isLike(err, result.err)
    ? `expected an error like ${err || 'nothing'}, got ${told}`
    : undefined;
}

function isLike(pattern: string, text: string): boolean {
  return pattern === '' ? text === '' : new RegExp(pattern, 'm').test(text);
}

function save(
  command: CommandCase,
  { out }: CommandResult,
  values: Record<string, string>,
): string | undefined {
  for (const [name, pattern] of Object.entries(command.save)) {
    const found = new RegExp(pattern, 'm').exec(out)?.[1];
    if (found === undefined) {
      return `there is nothing like ${pattern} in ${out}`;
    }
    values[name] = found;
  }
  return undefined;
}
