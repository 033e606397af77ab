import { LabelSelector, matchesLabels } from './selectors';

const LABELS = { app: 'web', tier: 'front' };

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

const asks = (
  key: string,
  operator: Expression['operator'],
  values?: string[],
) => ({ matchExpressions: [{ key, operator, values }] });

describe('matchesLabels', () => {
  it.each<[string, LabelSelector, boolean]>([
    ['nothing asked', {}, true],
    ['nothing asked, twice', { matchLabels: {}, matchExpressions: [] }, true],
    ['a label', { matchLabels: { app: 'web' } }, true],
    ['another value', { matchLabels: { app: 'api' } }, false],
    ['one of two labels', { matchLabels: { app: 'web', tier: 'back' } }, false],
    ['a label that is not there', { matchLabels: { zone: '' } }, false],
    ['one of some values', asks('app', 'In', ['api', 'web']), true],
    ['none of some values', asks('app', 'In', ['api']), false],
    ['a value of none', asks('zone', 'In', ['web']), false],
    ['no values at all', asks('app', 'In'), false],
    ['other values', asks('app', 'NotIn', ['api']), true],
    ['not that value', asks('app', 'NotIn', ['api', 'web']), false],
    ['any value but that, or none', asks('zone', 'NotIn', ['a']), true],
    ['some value', asks('app', 'Exists'), true],
    ['some value of none', asks('zone', 'Exists'), false],
    ['no value', asks('zone', 'DoesNotExist'), true],
    ['no value of one', asks('app', 'DoesNotExist'), false],
    ['what every object has', asks('constructor', 'Exists'), false],
    ['not what every object has', asks('constructor', 'DoesNotExist'), true],
    [
      'all that is asked',
      { matchLabels: { app: 'web' }, ...asks('tier', 'In', ['back']) },
      false,
    ],
  ])('judges %s', (_, selector, matches) => {
    expect(matchesLabels(selector, LABELS)).toBe(matches);
  });

  it('takes no labels for none', () => {
    expect(matchesLabels({}, undefined)).toBe(true);
    expect(matchesLabels(asks('app', 'Exists'), undefined)).toBe(false);
  });
});
