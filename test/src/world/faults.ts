/**
 * What a server of the test world does to a request instead of answering it well.
 *
 * - `status` answers with a status code, and nothing of the real answer
 * - `hang` accepts the request and stays silent until the server closes
 * - `reset` drops the connection before the first byte
 * - `delay` answers well, `milliseconds` later
 * - `truncate` announces the whole body and drops the connection after `afterBytes` bytes of it
 * - `slow` sends the body at `bytesPerSecond`
 * - `corrupt` changes the last byte of the body
 * - `redirect` sends the client to another address
 * - `endlessPages` (registry, tag lists) announces one more page for ever
 * - `wrongDigest` (registry, manifests) announces a digest that is not the body's
 */
export type Fault =
  | {
      kind: 'status';
      status: number;
      headers?: Record<string, string>;
      body?: string;
    }
  | { kind: 'hang' }
  | { kind: 'reset' }
  | { kind: 'delay'; milliseconds: number }
  | { kind: 'truncate'; afterBytes: number }
  | { kind: 'slow'; bytesPerSecond: number }
  | { kind: 'corrupt' }
  | { kind: 'redirect'; location: string; status?: number }
  | { kind: 'endlessPages' }
  | { kind: 'wrongDigest' };

/** Which requests a fault strikes; everything left out matches. */
export interface FaultTarget {
  /** The route's name as it appears in the server's statistics. */
  readonly route?: string;
  readonly method?: string;
  /** A part of the path with its query. */
  readonly path?: string;
  /** How many requests it strikes before it is used up; 1 unless told. */
  readonly times?: number;
}

/** The faults a server will commit, in the order in which they were added. */
export class Faults {
  readonly #rules: Array<{
    fault: Fault;
    target: FaultTarget;
    left: number;
  }> = [];

  /** Adds a fault and returns a function that takes it back. */
  add(fault: Fault, target: FaultTarget = {}): () => void {
    const rule = { fault, target, left: target.times ?? 1 };
    this.#rules.push(rule);
    return () => {
      rule.left = 0;
    };
  }

  /** Adds a fault that strikes every matching request until taken back. */
  always(fault: Fault, target: FaultTarget = {}): () => void {
    return this.add(fault, { ...target, times: Number.POSITIVE_INFINITY });
  }

  /** Takes every fault back. */
  clear(): void {
    this.#rules.length = 0;
  }

  /** Uses up and returns the first fault that strikes this request. */
  take(request: {
    route: string;
    method: string;
    path: string;
  }): Fault | undefined {
    const rule = this.#rules.find(
      ({ left, target }) =>
        left > 0 &&
        (target.route === undefined || target.route === request.route) &&
        (target.method === undefined || target.method === request.method) &&
        (target.path === undefined || request.path.includes(target.path)),
    );
    if (!rule) return undefined;
    rule.left -= 1;
    return rule.fault;
  }
}
