import { inTurns } from '../../../foreign/inTurns';
import { inOneTurn } from '../../../testing/inOneTurn';
import { countTurns } from '../../../testing/countTurns';
import { parseLsRefs } from './lsRefs';
import { encodePkt, FLUSH } from './pktLine';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

const answer = (lines: string[], end: Buffer = FLUSH) =>
  Buffer.concat([...lines.map(line => encodePkt(line)), end]);

const read = (body: Buffer) => inOneTurn(parseLsRefs(body));

describe('parseLsRefs', () => {
  it('reads branches, tags and what HEAD stands for', () => {
    expect(
      read(
        answer([
          `${A} HEAD symref-target:refs/heads/main\n`,
          `${A} refs/heads/main\n`,
          `${B} refs/tags/v1 peeled:${A}\n`,
          `${A} refs/tags/v2\n`,
        ]),
      ),
    ).toEqual({
      defaultBranch: 'main',
      refs: [
        { name: 'HEAD', id: A },
        { name: 'refs/heads/main', id: A },
        { name: 'refs/tags/v1', id: B, peeled: A },
        { name: 'refs/tags/v2', id: A },
      ],
    });
  });

  it('leaves out what was not asked for, and passes over what it does not know', () => {
    expect(
      read(
        answer([
          `${A} HEAD\n`,
          `${A} refs/heads/a:b new-attribute more:than:one\n`,
          `${A} refs/pull/1/head\n`,
        ]),
      ),
    ).toEqual({
      refs: [
        { name: 'HEAD', id: A },
        { name: 'refs/heads/a:b', id: A },
      ],
    });
  });

  it('lets other work go on while it reads many', async () => {
    const many = Array.from(
      { length: 50_000 },
      (_, i) => `${A} refs/tags/v${i}`,
    );
    const turns = await countTurns(() => inTurns(parseLsRefs(answer(many))));
    expect(turns).toBeGreaterThan(2);
  });

  it.each([
    ['it says something else', answer(['ERR access denied\n']), 'no list'],
    [
      'it goes on after its end',
      Buffer.concat([FLUSH, answer([`${A} HEAD\n`])]),
      'no list',
    ],
    ['its ids are not SHA-1', answer([`${A}${A} HEAD\n`]), 'no list'],
    ['it breaks off', answer([`${A} HEAD\n`], Buffer.alloc(0)), 'no end'],
    ['it is a page for people', Buffer.from('<html>'), 'whole lines'],
  ])('refuses an answer when %s', (_, body, message) => {
    expect(() => read(body)).toThrow(message);
  });
});
