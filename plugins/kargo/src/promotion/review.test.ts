import {
  aFreight,
  aStage,
  aWarehouse,
  holding,
  NOW_MS,
} from '../../dev/testing/builders';
import { Pipeline } from '../queries/usePipeline';
import {
  chosenAtFirst,
  formatReview,
  judgedAgain,
  parseReview,
  Review,
  reviewRows,
} from './review';

const verified = { verifiedIn: { test: {} } };
const old = aFreight('f1', { minutesOld: 90, status: verified });
const middle = aFreight('f2', { minutesOld: 60, status: verified });
const newest = aFreight('f3', { minutesOld: 10 });
const behind = { sources: { stages: ['test'] } };

/** `test` feeds `qa` and `uat`; a gate without steps takes Freight as well. */
const pipeline: Pipeline = {
  project: 'shop',
  warehouses: [aWarehouse('web')],
  stages: [
    aStage('uat', { ...behind, status: holding(middle) }),
    aStage('qa', { ...behind, status: holding(old) }),
    aStage('gate', { ...behind, steps: [] }),
    aStage('test', { status: holding(middle) }),
  ],
  freight: [newest, middle, old],
  access: undefined,
  isProjectEmpty: false,
};

function told(review: Review, given: Partial<Pipeline> = {}): string[] {
  return reviewRows({ ...pipeline, ...given }, review, NOW_MS).map(
    ({ stage, freight, plan, stop }) =>
      [
        stage.metadata.name,
        freight.metadata.name,
        plan.direction,
        ...(stop ? [stop] : []),
      ].join(' '),
  );
}

describe('a review', () => {
  it.each<[string, Review, string[]]>([
    [
      'of what is newer has the newest that may enter each Stage',
      { kind: 'newer' },
      ['test f3 forward', 'qa f2 forward'],
    ],
    [
      'of Freight behind a Stage has those that follow it alone',
      { kind: 'freight', name: 'f3', behind: 'test' },
      ['qa f3 forward unavailable', 'uat f3 forward unavailable'],
    ],
    [
      'of Freight has every Stage with steps that takes it, in order',
      { kind: 'freight', name: 'f3' },
      [
        'test f3 forward',
        'qa f3 forward unavailable',
        'uat f3 forward unavailable',
      ],
    ],
    [
      'of older Freight says which Stages would go back',
      { kind: 'freight', name: 'f1' },
      ['test f1 back', 'qa f1 same same', 'uat f1 back'],
    ],
    [
      'downstream has those that a Stage feeds, and where it runs already',
      { kind: 'downstream', name: 'test' },
      ['qa f2 forward', 'uat f2 same same'],
    ],
    [
      'from upstream has what the Stages before run',
      { kind: 'upstream', name: 'qa' },
      ['qa f2 forward'],
    ],
    ['of what is not there is empty', { kind: 'freight', name: 'x' }, []],
    ['from no Stage is empty', { kind: 'downstream', name: 'x' }, []],
  ])('%s', (_, review, rows) => {
    expect(told(review)).toEqual(rows);
  });

  it('says where I may not promote', () => {
    const no = { allowed: false };
    const access = {
      project: { manage: no },
      stages: { qa: { promote: no, approve: no } },
    };
    expect(told({ kind: 'newer' }, { access })).toEqual([
      'test f3 forward',
      'qa f2 forward refused',
    ]);
  });

  it('keeps its rows while what may be promoted changes', () => {
    const rows = reviewRows(pipeline, { kind: 'newer' }, NOW_MS);
    const [test, ...others] = [...pipeline.stages].reverse();
    const promoted = { ...test, status: holding(newest) };
    expect(
      judgedAgain(
        { ...pipeline, stages: [promoted, ...others] },
        rows,
        NOW_MS,
      ).map(({ id, stop }) => [id, stop]),
    ).toEqual([
      ['test f3', 'same'],
      ['qa f2', undefined],
    ]);
  });

  it('chooses what nothing stops and does not go back, once a Stage and Warehouse', () => {
    const rows = (review: Review) => reviewRows(pipeline, review, NOW_MS);
    expect(chosenAtFirst(rows({ kind: 'freight', name: 'f1' }))).toEqual([]);
    const newer = rows({ kind: 'newer' });
    const twice = [
      ...newer,
      ...newer.map(row => ({ ...row, id: `${row.id} again` })),
    ];
    expect(chosenAtFirst(twice)).toEqual(['test f3', 'qa f2']);
  });

  it.each<Review>([
    { kind: 'newer' },
    { kind: 'freight', name: 'f1' },
    { kind: 'downstream', name: 'a:b' },
    { kind: 'upstream', name: 'qa' },
  ])('has an address: %j', review => {
    expect(parseReview(formatReview(review))).toEqual(review);
  });

  it.each([undefined, '', 'freight', 'freight:', 'other:f1', ':f1'])(
    'is none of the address %j',
    text => {
      expect(parseReview(text)).toBeUndefined();
    },
  );
});
