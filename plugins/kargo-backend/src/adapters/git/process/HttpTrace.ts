const HEADER = /(=> Send|<= Recv) header: ?(.*)$/;
const ADVERTISEMENT_REQUEST = /^GET \S*\/info\/refs\?service=(git-[a-z-]+) /;
const MAX_LINE = 8192;
const MAX_KEPT_BYTES = 64 * 1024;

/**
 * Reads git's trace of HTTP headers (`GIT_TRACE_CURL`) while git runs.
 *
 * @remarks
 * It tells three things that git's messages do not: where a redirect leads, when a host wants
 * to be asked again, and that a server answers with plain files instead of git's smart
 * protocol. The last has to be known at once: git would then ask for object after object, as many as the server likes.
 */
export class HttpTrace {
  #rest = '';
  #kept = '';
  #service: string | undefined;
  #status: number | undefined;
  #contentType = '';
  #retryAfter: string | undefined;

  /** @param onPlainFiles - called once per answer, with the type of content it announced */
  constructor(private readonly onPlainFiles: (contentType: string) => void) {}

  /** The last headers that were received, as git wrote them. */
  get received(): string {
    return this.#kept;
  }

  /** What the last answer said of when to ask again, as it said it. */
  get retryAfter(): string | undefined {
    return this.#retryAfter;
  }

  /** Takes the next piece of the trace. */
  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(0, MAX_LINE);
    for (const line of lines) {
      this.#read(line.slice(0, MAX_LINE));
    }
  }

  #read(line: string): void {
    const [, direction, header] = HEADER.exec(line) ?? [];
    if (direction === undefined) {
      return;
    }
    if (direction === '=> Send') {
      const [, service] = ADVERTISEMENT_REQUEST.exec(header) ?? [];
      this.#service = service ?? (isRequestLine(header) ? '' : this.#service);
      return;
    }
    this.#kept = `${this.#kept}${line}\n`.slice(-MAX_KEPT_BYTES);
    const [, status] = /^HTTP\/[\d.]+ (\d{3})/.exec(header) ?? [];
    if (status !== undefined) {
      this.#status = Number(status);
      this.#contentType = '';
      this.#retryAfter = undefined;
    } else if (/^retry-after:/i.test(header)) {
      this.#retryAfter = header.slice('retry-after:'.length).trim();
    } else if (/^content-type:/i.test(header)) {
      this.#contentType = header.slice('content-type:'.length).trim();
    } else if (header.trim() === '') {
      this.#judge();
    }
  }

  /** An answer's headers are complete. */
  #judge(): void {
    const type = this.#contentType.split(';')[0].trim().toLowerCase();
    const isSmart = type === `application/x-${this.#service}-advertisement`;
    // Git takes every answer of success for one, such as 203 of a page to sign in at.
    if (this.#service && isSuccess(this.#status) && !isSmart) {
      this.onPlainFiles(type);
    }
  }
}

function isSuccess(status: number | undefined): boolean {
  return status !== undefined && status >= 200 && status < 300;
}

function isRequestLine(header: string): boolean {
  return /^[A-Z]+ \S+ HTTP\/[\d.]+$/.test(header);
}
