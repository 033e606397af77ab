import { ProgramOutput } from 'backstage-plugin-kargo-node';

/** One call of a configured program, with everything judged. */
export interface ProgramRunnerCall {
  /** The name by which it is configured. */
  program: string;
  args: readonly string[];
  /** Absolute. */
  cwd: string;
  /** Absolute; a home and temporary files of the call are made in it and removed. */
  privateDir: string;
  /** Names of other configured programs that are to be found on its path. */
  programs: readonly string[];
  /** URLs of hosts to reach, by the rules for outgoing requests; without any there is no network. */
  network: readonly string[];
  /** Contents by paths in its folder of settings. */
  settings: Readonly<Record<string, string>>;
  env: Readonly<Record<string, string>>;
  stdin: string | Uint8Array;
  timeoutMs: number;
  maxOutputBytes: number;
  /** Exit codes besides 0 that are answers. */
  accept: readonly number[];
  signal: AbortSignal;
}

/** Runs the programs that the portal's operator has configured. */
export interface ProgramRunner {
  /**
   * @throws TerminalError when the program is not there, Error when it fails, the signal's
   * reason when cancelled.
   */
  run(call: ProgramRunnerCall): Promise<ProgramOutput>;
  /** Whether a program is configured and installed. */
  has(program: string): Promise<boolean>;
}
