import { JsonObject, Promotion } from 'backstage-plugin-kargo-common';
import { SecretCipher } from '../../adapters/store/SecretCipher';
import { PromotionOutputs } from './PromotionOutputs';

const SECRET = 'correct horse';
const promotion = {
  kind: 'Promotion',
  metadata: { name: 'p', namespace: 'demo', uid: 'u' },
} as Promotion;
const sealer = SecretCipher.create({ keys: ['k'.repeat(32)] });
const nothing = PromotionOutputs.open(promotion, {}, sealer);

/** What is shown of an output, and what a later pass reads of it. */
function roundTrip(output: JsonObject) {
  const recorded = nothing
    .with(output, { alias: 'a', secrets: [SECRET] })
    .record(promotion, sealer);
  return {
    shown: recorded.state?.a,
    read: PromotionOutputs.open(promotion, recorded, sealer),
  };
}

describe('PromotionOutputs', () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      'in lists and objects',
      { list: [{ a: `x ${SECRET} y` }, 1, null] },
      { list: [{ a: 'x [redacted] y' }, 1, null] },
    ],
    ['as the name of a member', { [SECRET]: true }, { '[redacted]': true }],
    ['and nothing where there is none', { a: 'horse' }, { a: 'horse' }],
  ])('masks a secret %s', (_, output, shown) => {
    const trip = roundTrip(output);
    expect(trip.shown).toEqual(shown);
    expect(trip.read.clear.a).toEqual(output);
  });

  it('masks a number that is a secret', () => {
    const { state } = nothing
      .with({ pin: 48151623 }, { alias: 'a', secrets: ['48151623'] })
      .record(promotion, sealer);
    expect(state).toEqual({ a: { pin: '[redacted]' } });
  });

  it('keeps only the secrets that showed', () => {
    const outputs = nothing.with(
      { a: SECRET },
      { alias: 'a', secrets: ['unrelated', SECRET] },
    );
    expect(outputs.secrets).toEqual([SECRET]);
  });

  it('gives the outputs of a task the same', () => {
    const recorded = nothing
      .with({ a: SECRET }, { alias: 't::s', task: 't', secrets: [SECRET] })
      .record(promotion, sealer);
    expect(recorded.state).toEqual({
      't::s': { a: '[redacted]' },
      t: { a: '[redacted]' },
    });
    expect(PromotionOutputs.open(promotion, recorded, sealer).clear).toEqual({
      't::s': { a: SECRET },
      t: { a: SECRET },
    });
  });

  it('seals nothing when nothing is masked, so that no key is needed', () => {
    const none = SecretCipher.create({ keys: [] });
    expect(
      nothing
        .with({ a: 1 }, { alias: 'a', secrets: [SECRET] })
        .record(promotion, none),
    ).toEqual({ state: { a: { a: 1 } }, sealedOutputs: undefined });
  });

  it('says what is missing when there is no key', () => {
    const none = SecretCipher.create({ keys: [] });
    expect(() =>
      nothing
        .with({ a: SECRET }, { alias: 'a', secrets: [SECRET] })
        .record(promotion, none),
    ).toThrow(/kargo\.secrets\.encryptionKeys holds no key/);
  });

  it('reads nothing that was sealed for another Promotion', () => {
    const recorded = nothing
      .with({ a: SECRET }, { alias: 'a', secrets: [SECRET] })
      .record(promotion, sealer);
    const other = {
      ...promotion,
      metadata: { ...promotion.metadata, uid: 'other' },
    };
    expect(() => PromotionOutputs.open(other, recorded, sealer)).toThrow(
      /was changed or belongs to another resource/,
    );
  });
});
