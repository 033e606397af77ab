import {
  changedEntries,
  entryProblem,
  EntryRow,
  newEntries,
  storedRows,
} from './entryRows';

const row = (key: string, value = 'v', stored?: string): EntryRow => ({
  id: 0,
  key,
  value,
  ...(stored !== undefined && { stored }),
});

describe('entries as a person edits them', () => {
  it('shows no value of a Secret', () => {
    const [first] = storedRows({ token: '*** REDACTED ***' }, true);
    expect(first).toMatchObject({ key: 'token', value: '', stored: '' });
  });

  it('sends of a Secret only what was typed, so that what nobody saw is kept', () => {
    const before = storedRows({ a: '***', b: '***' }, true);
    const rows = [before[0], { ...before[1], value: 'new' }];
    expect(changedEntries(before, rows)).toEqual({ data: { b: 'new' } });
  });

  it('sends what changed, what is new and what went of a ConfigMap', () => {
    const before = storedRows({ a: '1', b: '2', c: '3' }, false);
    const rows = [before[0], { ...before[1], value: '' }, row('d', '')];
    expect(changedEntries(before, rows)).toEqual({
      data: { b: '', d: '' },
      removeKeys: ['c'],
    });
  });

  it('sends nothing when nothing changed', () => {
    const before = storedRows({ a: '1' }, false);
    expect(changedEntries(before, before)).toEqual({});
  });

  it('makes something new of all rows', () => {
    expect(newEntries([row('a', '1'), row('b', '')])).toEqual({
      a: '1',
      b: '',
    });
  });

  it.each([
    ['nothing', [], { code: 'none' }],
    ['no name', [row('')], { code: 'noKey' }],
    ['a blank in a name', [row('a b')], { code: 'badKey', key: 'a b' }],
    ['a name twice', [row('a'), row('a')], { code: 'twice', key: 'a' }],
    ['names', [row('a.b-C_1'), row('b')], undefined],
  ])('does not save %s', (_, rows, problem) => {
    expect(entryProblem(rows)).toEqual(problem);
  });
});
