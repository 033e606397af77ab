import {
  byteLength,
  byteOffset,
  characterCount,
  compareText,
  decodeBytes,
  sliceBytes,
} from './utf8';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('texts as UTF-8', () => {
  it.each([
    ['', 0, 0],
    ['abc', 3, 3],
    ['ä', 2, 1],
    ['€', 3, 1],
    ['😀', 4, 1],
    ['a😀ä', 7, 3],
    // Half of a pair is a character of its own.
    ['\ud83d', 3, 1],
    ['\ude00a', 4, 2],
    ['\ud83d\ud83d\ude00', 7, 2],
  ])('%j has %i bytes and %i characters', (text, length, characters) => {
    expect(byteLength(text)).toBe(length);
    expect(characterCount(text)).toBe(characters);
  });

  it.each([
    ['aäb', 2, 3],
    ['a😀b', 3, 5],
    ['abc', 2, 2],
  ])('in %j the place %i is byte %i', (text, index, offset) => {
    expect(byteOffset(text, index)).toBe(offset);
  });

  it.each([
    ['abc', 1, 2, 'b'],
    ['aäb', 0, 3, 'aä'],
    ['aäb', 2, 4, '\ufffdb'],
    ['a€', 0, 3, 'a\ufffd\ufffd'],
    ['😀', 1, 4, '\ufffd\ufffd\ufffd'],
    ['\ufeffä', 0, 5, '\ufeffä'],
  ])('%j from byte %i to %i is %j', (text, from, to, part) => {
    expect(sliceBytes(text, from, to)).toBe(part);
  });

  it.each([
    ['the least of two bytes', bytes(0xc2, 0x80), '\u0080'],
    ['the most of two', bytes(0xdf, 0xbf, 0xff), '\u07ff\ufffd'],
    ['the least of three', bytes(0xe0, 0xa0, 0x80, 0xff), '\u0800\ufffd'],
    ['the most of three', bytes(0xef, 0xbf, 0xbf, 0xff), '\uffff\ufffd'],
    [
      'what is before surrogates',
      bytes(0xed, 0x9f, 0xbf, 0xff),
      '\ud7ff\ufffd',
    ],
    ['the least of four', bytes(0xf0, 0x90, 0x80, 0x80, 0xff), '𐀀\ufffd'],
    [
      'the most of four',
      bytes(0xf4, 0x8f, 0xbf, 0xbf, 0xff),
      '\u{10ffff}\ufffd',
    ],
    ['an ASCII character', bytes(0x7f, 0xff), '\u007f\ufffd'],
  ])('reads %s', (_, given, text) => {
    expect(decodeBytes(given)).toBe(text);
  });

  // Each byte becomes a character, where other readers take some together.
  it.each([
    ['a byte that only follows', bytes(0x80)],
    ['two bytes for what one is enough', bytes(0xc1, 0xbf)],
    ['three for what two are enough', bytes(0xe0, 0x9f, 0xbf)],
    ['four for what three are enough', bytes(0xf0, 0x8f, 0xbf, 0xbf)],
    ['a surrogate', bytes(0xed, 0xa0, 0x80)],
    ['what is beyond Unicode', bytes(0xf4, 0x90, 0x80, 0x80)],
    ['what no character begins with', bytes(0xf5, 0x80, 0x80, 0x80)],
    ['a character that is cut off', bytes(0xe2, 0x82)],
  ])('reads %s as so many U+FFFD', (_, given) => {
    expect(decodeBytes(given)).toBe('\ufffd'.repeat(given.length));
  });

  it('goes on after what it cannot read', () => {
    expect(decodeBytes(bytes(0xe2, 0x82, 0x41, 0xc3, 0xa4))).toBe(
      '\ufffd\ufffdAä',
    );
  });

  it.each([
    ['a', 'a', 0],
    ['a', 'ab', -1],
    ['ab', 'a', 1],
    ['a', 'b', -1],
    ['\uffff', '😀', -1],
    ['\ud7ff', '\ue000', -1],
    ['\ue000', '\uffff', -1],
    ['😀', '😁', -1],
  ])('orders %j and %j as %i', (a, b, order) => {
    expect(compareText(a, b)).toBe(order);
    expect(compareText(b, a)).toBe(0 - order);
  });
});
