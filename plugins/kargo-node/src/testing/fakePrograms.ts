import {
  ProgramCall,
  ProgramOutput,
  StepPrograms,
} from '../contracts/programs';
import { TerminalError } from '../errors';

/** What a program prints; a text is what it prints to its standard output. @public */
export type FakeProgramOutput =
  | string
  | { stdout?: string | Uint8Array; stderr?: string; exitCode?: number };

/** The programs of a test, and how they were called. @public */
export interface FakePrograms extends StepPrograms {
  /** Every call, in order. */
  readonly calls: ReadonlyArray<{ program: string } & ProgramCall>;
}

/**
 * Stands in for the programs that an operator has configured: a function for each, which
 * sees the call and says what the program prints.
 *
 * @remarks
 * Nothing is started. As with the real ones an exit code that the call does not accept is an
 * error with the end of what was printed, and a program that is not there a `TerminalError`.
 *
 * @public
 */
export function fakePrograms(
  programs: Record<
    string,
    (call: ProgramCall) => FakeProgramOutput | Promise<FakeProgramOutput>
  >,
): FakePrograms {
  const calls: Array<{ program: string } & ProgramCall> = [];
  return {
    calls,
    has: async program => Object.hasOwn(programs, program),
    run: async (program, call): Promise<ProgramOutput> => {
      if (!Object.hasOwn(programs, program)) {
        throw new TerminalError(`no program '${program}' is configured`);
      }
      calls.push({ program, ...call });
      const printed = await programs[program](call);
      const {
        stdout = '',
        stderr = '',
        exitCode = 0,
      } = typeof printed === 'string' ? { stdout: printed } : printed;
      if (exitCode !== 0 && !call.accept?.includes(exitCode)) {
        throw new Error(
          `${program} failed with exit code ${exitCode}: ${
            stderr || Buffer.from(stdout).toString('utf8')
          }`,
        );
      }
      return { stdout: Buffer.from(stdout), stderr, exitCode };
    },
  };
}
