/**
 * An argument: a text, or a path in the Promotion's folder, which is judged and handed on
 * as an absolute one. All links below a path given as `tree` must stay in the Promotion's
 * folder, because the program follows them.
 *
 * @public
 */
export type ProgramArgument = string | { path: string } | { tree: string };

/** One call of a program. @public */
export interface ProgramCall {
  /** Values that users chose stand where they cannot be taken for options. */
  args: readonly ProgramArgument[];
  /** In the Promotion's folder; its root unless told. */
  folder?: string;
  /**
   * What else the program reads in the Promotion's folder, from there: all links on the way
   * and below must stay in it, because the program follows them.
   */
  trees?: readonly string[];
  /** Other configured programs that it starts; it finds them on its path by these names. */
  programs?: readonly string[];
  /**
   * URLs of hosts that it is to reach. Each is judged by the portal's rules for outgoing
   * requests, and so is whatever else they lead it to; without any it reaches no host.
   */
  network?: readonly string[];
  /**
   * Files of its settings by their paths in `$XDG_CONFIG_HOME`, such as
   * `helm/repositories.yaml`: where credentials go, as nobody sees them there and they are
   * removed with the call.
   */
  settings?: Readonly<Record<string, string>>;
  /** Added to the environment of the call, which holds nothing of the portal's; what that sets stays. */
  env?: Readonly<Record<string, string>>;
  stdin?: string | Uint8Array;
  /** Milliseconds; 2 minutes unless told. */
  timeoutMs?: number;
  /** Largest accepted output in bytes; 32 MiB unless told. */
  maxOutputBytes?: number;
  /** Exit codes besides 0 that are answers, not failures. */
  accept?: readonly number[];
}

/** What a program said. @public */
export interface ProgramOutput {
  stdout: Buffer;
  /** Without places on the disk; the end of it where it is long. */
  stderr: string;
  exitCode: number;
}

/**
 * Runs the programs that the portal's operator has configured, such as `helm` and
 * `kustomize`.
 *
 * @remarks
 * A program gets an environment of its own, in which no program is found and no host of the
 * network answers but those that the call names, and a home that is removed afterwards. It
 * ends, with all that it started, with the call, at the time limit, when it prints or takes more
 * than it may, and when the step's signal fires.
 *
 * @public
 */
export interface StepPrograms {
  /**
   * @param program - The name by which it is configured.
   * @throws TerminalError when no such program is configured or it cannot be started, Error
   * with the end of what it printed when it fails, the signal's reason when cancelled.
   */
  run(program: string, call: ProgramCall): Promise<ProgramOutput>;
  /** Whether the portal has a program of this name. */
  has(program: string): Promise<boolean>;
}
