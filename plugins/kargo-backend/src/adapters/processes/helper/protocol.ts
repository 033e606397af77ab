/**
 * What the portal and its helper tell each other.
 *
 * @remarks
 * Messages go over the channel that Node keeps between parent and child. The streams of a
 * program do not: for each the helper opens a connection to the portal's socket, says which
 * it is, and hands it to the program as it is.
 */
export type ToHelper =
  | {
      readonly kind: 'start';
      readonly call: number;
      readonly file: string;
      readonly args: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      /** How many descriptors the program has, from 0 on. */
      readonly streams: number;
    }
  /** Answered by `pong`. */
  | { readonly kind: 'ping' };

export type FromHelper =
  | { readonly kind: 'ready' }
  | { readonly kind: 'pong' }
  | { readonly kind: 'started'; readonly call: number; readonly pid: number }
  | { readonly kind: 'failed'; readonly call: number; readonly message: string }
  /** The portal's socket cannot be reached, so no program can be started any more. */
  | { readonly kind: 'cutOff'; readonly call: number }
  | {
      readonly kind: 'ended';
      readonly call: number;
      /** `null` when a signal ended it. */
      readonly code: number | null;
    };

/** Bytes that a connection begins with: call and descriptor, in hexadecimal. */
export const STREAM_HEADER_BYTES = 12;
