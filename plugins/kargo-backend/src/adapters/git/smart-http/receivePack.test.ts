import { encodePkt, FLUSH } from './pktLine';
import { encodePush, readReport } from './receivePack';

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
    ['taken', ['unpack ok\n', `ok ${REF}\n`]],
    ['taken', ['unpack ok', `ok ${REF}`]],
    ['refused', ['unpack ok\n', `ng ${REF} fetch first\n`]],
    ['refused', ['unpack disk full\n', `ng ${REF} unpacker error\n`]],
    ['refused', ['unpack index-pack failed\n', `ok ${REF}\n`]],
    [undefined, ['unpack ok\n', 'ok refs/heads/other\n']],
    [undefined, ['unpack ok\n']],
    [undefined, ['unpack ok\n', `ok ${REF}\n`, 'ng refs/heads/other locked\n']],
    [undefined, ['welcome\n', `ng ${REF} no\n`]],
    [undefined, []],
  ])('is %s when the server reports %j', (became, lines) => {
    const answer = Buffer.concat([...lines.map(encodePkt), FLUSH]);
    expect(readReport(answer, REF)).toBe(became);
  });

  it.each([
    ['no answer', []],
    ['a part of the report', ['unpack ok\n']],
    ['a report without its end', ['unpack ok\n', `ok ${REF}\n`]],
    ['a refusal without its end', ['unpack ok\n', `ng ${REF} fetch first\n`]],
  ])('may have arrived after %s', (_, lines) => {
    const answer = Buffer.concat(lines.map(encodePkt));
    expect(readReport(answer, REF)).toBeUndefined();
  });

  it('is not known to be taken when a line of the report breaks off', () => {
    const whole = Buffer.concat([encodePkt('unpack ok\n'), encodePkt('ok x')]);
    expect(() => readReport(whole.subarray(0, -1), 'x')).toThrow('whole lines');
  });
});
