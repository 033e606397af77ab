import { EventFrame, readEventStream } from './eventStream';

function stream(chunks: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      chunks.forEach(chunk => controller.enqueue(chunk));
      controller.close();
    },
  });
}

async function read(chunks: Uint8Array[]): Promise<EventFrame[]> {
  const frames: EventFrame[] = [];
  for await (const frame of readEventStream(stream(chunks))) {
    frames.push(frame);
  }
  return frames;
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('readEventStream', () => {
  it.each<[string, string, EventFrame[]]>([
    ['one frame', 'data: {"a":1}\n\n', [{ event: 'message', data: '{"a":1}' }]],
    [
      'keep-alives between frames',
      ': keepalive\n\ndata: 1\n\n: keepalive\n\ndata: 2\n\n',
      [
        { event: 'message', data: '1' },
        { event: 'message', data: '2' },
      ],
    ],
    [
      'named events, for one frame only',
      'event: error\ndata: x\n\ndata: y\n\n',
      [
        { event: 'error', data: 'x' },
        { event: 'message', data: 'y' },
      ],
    ],
    [
      'data over several lines',
      'data: a\ndata:b\n\n',
      [{ event: 'message', data: 'a\nb' }],
    ],
    ['CRLF line ends', 'data: a\r\n\r\n', [{ event: 'message', data: 'a' }]],
    [
      'CR line ends',
      'data: a\r\rdata: b\r\r:',
      [
        { event: 'message', data: 'a' },
        { event: 'message', data: 'b' },
      ],
    ],
    [
      'fields without a value, and what is no field of ours',
      'data\nid: 5\nretry: 1\n:x\ndata: a: b\ndata:  c\n\n',
      [{ event: 'message', data: '\na: b\n c' }],
    ],
    ['frames without data as nothing', 'event: error\n\n\n\n', []],
    ['a cut-off frame as nothing', 'data: a\n', []],
    ['umlauts', 'data: grün\n\n', [{ event: 'message', data: 'grün' }]],
  ])('reads %s, however it is cut into pieces', async (_, text, frames) => {
    const whole = bytes(text);
    expect(await read([whole])).toEqual(frames);
    expect(await read([...whole].map(byte => Uint8Array.of(byte)))).toEqual(
      frames,
    );
  });

  it('reports every piece, keep-alives included', async () => {
    const onChunk = jest.fn();
    for await (const _ of readEventStream(
      stream([bytes(': keepalive\n\n'), bytes('data: 1\n\n')]),
      onChunk,
    )) {
      // only the count matters
    }
    expect(onChunk).toHaveBeenCalledTimes(2);
  });

  it('closes the stream when the reader stops early', async () => {
    const cancel = jest.fn();
    const endless = new ReadableStream<Uint8Array>({
      pull: controller => controller.enqueue(bytes('data: 1\n\n')),
      cancel,
    });
    for await (const frame of readEventStream(endless)) {
      expect(frame.data).toBe('1');
      break;
    }
    expect(cancel).toHaveBeenCalled();
  });
});
