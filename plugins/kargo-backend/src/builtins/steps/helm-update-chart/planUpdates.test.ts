import { describeChanges } from './planUpdates';

/** Locked dependencies, as `name@version`. */
const locked = (...names: string[]) =>
  names.map(each => {
    const [name, version] = each.split('@');
    return { name, version, repository: 'https://charts.example.com' };
  });

describe('describeChanges', () => {
  it.each<[string, string[], string[], string[] | undefined]>([
    ['nothing', ['a@1'], ['a@1'], undefined],
    ['another version', ['a@1'], ['a@2'], ['a: 1 -> 2']],
    ['a new one', [], ['a@1'], ['a: 1']],
    ['one that is gone', ['a@1', 'b@1'], ['b@1'], ['a: removed']],
    ['the first of two', ['a@1', 'a@1'], ['a@2', 'a@1'], ['a: 1 -> 2']],
    ['the second of two', ['a@1', 'a@1'], ['a@1', 'a@2'], ['a: 1 -> 2']],
    ['both', ['a@1', 'a@2'], ['a@3', 'a@4'], ['a: 1 -> 3', 'a: 2 -> 4']],
    ['one of two that is gone', ['a@1', 'a@2'], ['a@2'], ['a: removed']],
    ['a second one', ['a@1'], ['a@1', 'a@2'], ['a: 2']],
    ['another order', ['a@1', 'a@2'], ['a@2', 'a@1'], undefined],
  ])('tells of %s', (_, before, after, lines) => {
    expect(describeChanges('web', locked(...before), locked(...after))).toBe(
      lines &&
        `Updated chart dependencies for web\n\n${lines
          .map(line => `- ${line}`)
          .join('\n')}`,
    );
  });
});
