import { encodePkt, FLUSH } from './pktLine';
import { encodePush, isTaken } from './receivePack';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const REF = 'refs/heads/main';

describe('a push in one request', () => {
  it('says what moves from where to where, and brings the pack', () => {
    const body = encodePush({
      ref: REF,
      from: A,
      to: B,
      pack: Buffer.from('PACK'),
    }).toString();
    expect(body).toBe(`0074${A} ${B} ${REF}\0 report-status0000PACK`);
  });

  it.each([
    [true, ['unpack ok\n', `ok ${REF}\n`]],
    [true, ['unpack ok', `ok ${REF}`]],
    [false, ['unpack ok\n', `ng ${REF} fetch first\n`]],
    [false, ['unpack disk full\n', `ng ${REF} unpacker error\n`]],
    [false, ['unpack index-pack failed\n', `ok ${REF}\n`]],
    [false, ['unpack ok\n', 'ok refs/heads/other\n']],
    [false, ['unpack ok\n']],
    [false, ['unpack ok\n', `ok ${REF}\n`, 'ng refs/heads/other locked\n']],
    [false, []],
  ])('is taken (%s) when the server reports %j', (taken, lines) => {
    const answer = Buffer.concat([...lines.map(encodePkt), FLUSH]);
    expect(isTaken(answer, REF)).toBe(taken);
  });

  it('is not known to be taken when the report breaks off', () => {
    const whole = Buffer.concat([encodePkt('unpack ok\n'), encodePkt('ok x')]);
    expect(() => isTaken(whole.subarray(0, -1), 'x')).toThrow('whole lines');
  });
});
