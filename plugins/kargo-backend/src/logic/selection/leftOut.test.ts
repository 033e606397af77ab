import { findLeftOut, SelectionRule } from './leftOut';

const stable: SelectionRule = {
  name: 'constraint <2',
  accepts: name => !name.startsWith('2'),
};
const plain: SelectionRule = {
  name: 'ignoreTagsRegexes',
  accepts: name => !name.includes('-'),
};

describe('findLeftOut', () => {
  it.each([
    ['nothing when the newest was taken', '1.1', '1.1', undefined],
    ['nothing where there is nothing', undefined, undefined, undefined],
    [
      'the rule that the newest breaks',
      '2.0',
      '1.1',
      { name: '2.0', by: 'constraint <2' },
    ],
    [
      'the first of several rules',
      '2.0-rc',
      '1.1',
      { name: '2.0-rc', by: 'ignoreTagsRegexes' },
    ],
    [
      'it also when nothing was taken',
      '2.0',
      undefined,
      { name: '2.0', by: 'constraint <2' },
    ],
    [
      'what a look at it told, when no rule did',
      '1.2',
      '1.1',
      { name: '1.2', by: 'platform linux/arm64' },
    ],
  ])('tells %s', (_, newest, chosen, expected) => {
    expect(
      findLeftOut(newest, chosen, [plain, stable], 'platform linux/arm64'),
    ).toEqual(expected);
  });

  it('says nothing when it does not know why', () => {
    expect(findLeftOut('1.2', '1.1', [plain])).toBeUndefined();
  });
});
