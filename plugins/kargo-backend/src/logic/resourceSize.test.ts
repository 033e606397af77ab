import { Resource } from 'backstage-plugin-kargo-common';
import {
  assertResourceSize,
  jsonBytes,
  MAX_RESOURCE_BYTES,
} from './resourceSize';

const MIB = 1024 * 1024;

function promotion(content: object): Resource {
  return {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'Promotion',
    metadata: { name: 'x', namespace: 'shop' },
    ...content,
  } as Resource;
}

describe('the size of a resource', () => {
  it.each([
    ['empty', {}, 2],
    ['in bytes of UTF-8', '€', 5],
    ['nothing', undefined, 0],
  ])('counts what JSON takes: %s', (_, value, bytes) => {
    expect(jsonBytes(value)).toBe(bytes);
  });

  it.each([
    [
      'an output of a step',
      {
        status: { state: { build: { log: '.'.repeat(2 * MIB) }, other: 'x' } },
      },
      /^Promotion shop\/x would take 2\.0 MiB, and an object can take 1\.5 MiB at most; shrink status\.state\.build\.log \(2\.0 MiB\)$/,
    ],
    [
      'many parts of a part',
      {
        spec: {
          a: '.'.repeat(0.6 * MIB),
          b: '.'.repeat(0.6 * MIB),
          c: '.'.repeat(0.6 * MIB),
        },
      },
      /shrink spec\.a \(614\.\d KiB\), spec\.b \(614\.\d KiB\), spec\.c \(614\.\d KiB\)$/,
    ],
    ['a long text of its own', { note: '.'.repeat(2 * MIB) }, /shrink note/],
  ])('is refused with what to shrink: %s', (_, content, message) => {
    expect(() => assertResourceSize(promotion(content))).toThrow(
      expect.objectContaining({
        name: 'ResourceTooLargeError',
        message: expect.stringMatching(message),
      }),
    );
  });

  it('may be the limit exactly', () => {
    const frame = jsonBytes(promotion({ note: '' }));
    const note = '.'.repeat(MAX_RESOURCE_BYTES - frame);
    expect(() => assertResourceSize(promotion({ note }))).not.toThrow();
    expect(() => assertResourceSize(promotion({ note: `${note}.` }))).toThrow();
  });
});
