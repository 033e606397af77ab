/** One frame of a server-sent event stream (WHATWG HTML, "Server-sent events"). @public */
export interface EventFrame {
  /** `message` unless the frame names another event. */
  event: string;
  data: string;
}

class FrameAssembler {
  private rest = '';
  private event = '';
  private data: string[] = [];

  push(text: string): EventFrame[] {
    const frames: EventFrame[] = [];
    // A CR at the very end may be the first half of CRLF: keep it for the next piece.
    const whole = this.rest + text;
    const complete = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
    const lines = complete.split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? '') + whole.slice(complete.length);
    for (const line of lines) {
      const frame = this.line(line);
      if (frame) {
        frames.push(frame);
      }
    }
    return frames;
  }

  private line(line: string): EventFrame | undefined {
    if (line === '') {
      return this.flush();
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') {
      this.event = value;
    } else if (field === 'data') {
      this.data.push(value);
    }
    return undefined;
  }

  private flush(): EventFrame | undefined {
    const frame =
      this.data.length > 0
        ? { event: this.event || 'message', data: this.data.join('\n') }
        : undefined;
    this.event = '';
    this.data = [];
    return frame;
  }
}

/**
 * Cuts a byte stream into server-sent event frames. Comments (keep-alives) and
 * frames without data are dropped; a frame that the stream's end cuts off is too, as
 * the standard asks.
 *
 * @param onChunk - called for every piece received, keep-alives included.
 * @public
 */
export async function* readEventStream(
  body: ReadableStream<Uint8Array>,
  onChunk?: () => void,
): AsyncGenerator<EventFrame> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const assembler = new FrameAssembler();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      onChunk?.();
      yield* assembler.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Frees the connection when the consumer stops early; nobody waits for the answer.
    reader.cancel().catch(() => undefined);
  }
}
