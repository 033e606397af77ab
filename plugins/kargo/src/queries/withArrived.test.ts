import { aStage } from '../../dev/testing/builders';
import { Snapshot } from './applyWatchEvent';
import { withArrived } from './withArrived';

type Stages = Snapshot<ReturnType<typeof aStage>>;

/** A Stage as `name@version`; the same text is the same object. */
const stages = new Map<string, ReturnType<typeof aStage>>();
function stage(text: string) {
  const [name, resourceVersion] = text.split('@');
  const made = aStage(name);
  const known = stages.get(text) ?? {
    ...made,
    metadata: { ...made.metadata, resourceVersion },
  };
  stages.set(text, known);
  return known;
}

function list(resourceVersion: string, ...items: string[]): Stages {
  return { resourceVersion, items: items.map(stage) };
}

describe('withArrived', () => {
  it.each<[string, Stages, Stages, Stages, string[], string]>([
    [
      'takes the answer where nothing arrived meanwhile',
      list('5', 'a@5', 'b@2'),
      list('3', 'a@3', 'b@2'),
      list('3', 'a@3', 'b@2'),
      ['a@5', 'b@2'],
      '5',
    ],
    [
      'keeps a change that the answer does not know',
      list('5', 'a@5', 'b@2'),
      list('5', 'a@5', 'b@2'),
      list('6', 'a@6', 'b@2'),
      ['a@6', 'b@2'],
      '6',
    ],
    [
      'keeps what is new, and that something went',
      list('5', 'a@5', 'b@2'),
      list('5', 'a@5', 'b@2'),
      list('7', 'a@5', 'c@7'),
      ['a@5', 'c@7'],
      '7',
    ],
    [
      'takes from the answer what has not arrived yet, and goes on before it',
      list('9', 'a@9', 'b@8', 'c@7'),
      list('5', 'a@5', 'b@2'),
      list('6', 'a@6', 'b@2'),
      ['a@9', 'b@8', 'c@7'],
      '6',
    ],
  ])('%s', (_, answer, before, now, items, version) => {
    const found = withArrived(answer, before, now);
    expect(
      found.items.map(
        ({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`,
      ),
    ).toEqual(items);
    expect(found.resourceVersion).toBe(version);
  });

  it('takes the answer to what is asked for the first time', () => {
    const answer = list('5', 'a@5');
    expect(withArrived(answer, undefined, undefined)).toBe(answer);
  });
});
