import { decodePkts, encodePkt, Pkt } from './pktLine';

const decode = (text: string) =>
  [...decodePkts(Buffer.from(text))].map((pkt: Pkt) =>
    typeof pkt === 'string' ? pkt : pkt.toString(),
  );

describe('lines of the protocol of git', () => {
  it.each([
    ['', '0004'],
    ['a\n', '0006a\n'],
    ['ü', '0006ü'],
    ['x'.repeat(65_516), `fff0${'x'.repeat(65_516)}`],
  ])('are written with their length in bytes', (text, line) => {
    expect(encodePkt(text).toString()).toBe(line);
  });

  it('are not written longer than git reads them', () => {
    expect(() => encodePkt('x'.repeat(65_517))).toThrow(
      'longer than git takes',
    );
  });

  it('are read with the signs between them', () => {
    expect(decode('0006a\n0001000bwant…00000002')).toEqual([
      'a\n',
      'delimiter',
      'want…',
      'flush',
      'end',
    ]);
  });

  it.each([
    ['without their end', '0006a'],
    ['without their length', '00'],
    ['of an impossible length', '0003'],
    ['of a length that is no number', '00gga\n'],
    ['of a length with a sign', '-006a\n'],
    ['that are none', '<html></html>'],
  ])('are refused %s', (_, text) => {
    expect(() => decode(text)).toThrow('not in whole lines');
  });
});
