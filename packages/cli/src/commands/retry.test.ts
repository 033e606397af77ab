import { aPromotion, streamOf } from '../testing/resources';
import { runAgainst } from '../testing/runAgainst';

const FAILED = 'prod.01a.f1';
const NEW = 'prod.01b.f1';
const RETRY = `POST /projects/shop/promotions/${FAILED}/retry`;
const GET = `GET /projects/shop/promotions/${NEW}`;
const WATCH = `${GET}?watch=true&resourceVersion=9`;
const LINE = `promotion.kargo.akuity.io/${NEW} promotion created\n`;

describe('kargo retry promotion', () => {
  it('promotes again from the step that failed', async () => {
    const run = await runAgainst(['retry', 'promotion', FAILED, '-p', 'shop'], {
      answers: { [RETRY]: aPromotion(NEW) },
    });
    expect(run).toMatchObject({ code: 0, out: LINE, err: '' });
    expect(run.requests.map(({ line }) => line)).toEqual([RETRY]);
  });

  it.each<['Succeeded' | 'Failed', number, string]>([
    ['Succeeded', 0, ''],
    ['Failed', 1, `Error: Promotion '${NEW}' ended as Failed: no\n`],
  ])('waits for the end, which is %s', async (phase, code, err) => {
    const run = await runAgainst(
      ['retry', 'promotion', FAILED, '-p', 'shop', '--wait'],
      {
        answers: {
          [RETRY]: aPromotion(NEW),
          [GET]: aPromotion(NEW, { phase: 'Running' }),
          [WATCH]: () =>
            streamOf([
              {
                type: 'MODIFIED',
                object: aPromotion(NEW, { phase, message: 'no' }),
              },
            ]),
        },
      },
    );
    expect(run).toMatchObject({ code, out: LINE, err });
  });
});
