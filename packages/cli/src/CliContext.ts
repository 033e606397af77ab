import { KargoFetch } from 'backstage-plugin-kargo-common';
import { Callback } from './connection/listenOnce';

/** Everything of the outside world that commands use. */
export interface CliContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  /** Version of this command line. */
  readonly version: string;
  readonly fetch: KargoFetch;
  /** Writes text to standard output; whoever calls it ends the line. */
  writeOut(text: string): void;
  /** Writes text to standard error. */
  writeError(text: string): void;
  /** Whether somebody sees what is written to standard error. */
  readonly isTerminal: boolean;
  /** Reads standard input to its end. */
  readInput(): Promise<string>;
  /** Asks a person without showing the answer; `undefined` when nobody sits there. */
  askSecret(question: string): Promise<string | undefined>;
  /** Opens an address in the person's browser, if there is one. */
  openBrowser(url: string): Promise<void>;
  /**
   * Listens on this machine for one request to a path that brings what is expected; on any
   * free port when it is 0.
   */
  listenOnce(
    path: string,
    port: number,
    expects: (answer: URLSearchParams) => boolean,
  ): Promise<Callback>;
  now(): Date;
  /** Resolves after a time in milliseconds. */
  delay(milliseconds: number): Promise<void>;
  /** Calls back after a time in milliseconds, unless it is stopped before. */
  startTimer(milliseconds: number, run: () => void): () => void;
  /** Stops checking certificates of servers, for the rest of the process. */
  allowInsecureTls(): void;
}
