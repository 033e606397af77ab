import { Response } from 'express';
import { countTurns } from '../../testing/countTurns';
import { aStage } from '../../testing/resourceBuilders';
import { sendJson } from './sendJson';

function aResponse() {
  const sent: string[] = [];
  const response = {
    set: () => response,
    type: () => response,
    send: (text: string) => sent.push(text),
  } as unknown as Response;
  return { response, sent };
}

describe('sendJson', () => {
  it('writes a long list in turns of the event loop', async () => {
    const { response, sent } = aResponse();
    const items = Array.from({ length: 40 }, (_, n) =>
      aStage({ metadata: { name: `stage-${n}` } }),
    );
    const list = { kind: 'StageList', metadata: {}, items };
    const turns = await countTurns(() => sendJson(response, list));
    expect(turns).toBeGreaterThan(5);
    expect(JSON.parse(sent.join(''))).toMatchObject({
      kind: 'StageList',
      items: items.map(({ metadata: { name } }) => ({ metadata: { name } })),
    });
  });
});
