import { tellReason } from 'backstage-plugin-kargo-common';
import { runAgainst } from '../testing/runAgainst';

const held = {
  reasons: [
    tellReason({
      code: 'promotion-failed',
      promotion: 'p1',
      phase: 'Failed',
      error: 'no way',
    }),
    tellReason({
      code: 'auto-promotion-disabled',
      origin: 'Warehouse/web',
      freight: 'f1',
    }),
  ],
  lookAgainAt: '2026-01-01T00:00:00.000Z',
};

describe('kargo why', () => {
  it.each<[string[], string]>([
    [['stage', 'prod'], '/stages/prod/why'],
    [
      ['stage', 'prod', '--freight', 'brisk-otter'],
      '/stages/prod/freight/brisk-otter/why',
    ],
    [['promotion', 'p1'], '/promotions/p1/why'],
    [['warehouse', 'web'], '/warehouses/web/why'],
  ])('%s prints what the engine says', async (args, path) => {
    const { out } = await runAgainst(['why', ...args, '-p', 'shop'], {
      answers: { [`GET /projects/shop${path}`]: held },
    });
    expect(out).toBe(
      [
        "Problem: Promotion 'p1' ended as Failed: no way",
        "Automation is off for the Stage; Freight 'f1' waits to be promoted by hand",
        'Kargo looks again at 2026-01-01T00:00:00.000Z',
        '',
      ].join('\n'),
    );
  });

  it('calls Freight by its alias and the first digits of its name', async () => {
    const [known, nameless, gone] = ['a', 'b', 'c'].map(digit =>
      digit.repeat(40),
    );
    const { out } = await runAgainst(['why', 'stage', 'prod', '-p', 'shop'], {
      answers: {
        'GET /projects/shop/stages/prod/why': {
          reasons: [
            tellReason({
              code: 'held',
              origin: 'Warehouse/web',
              freight: nameless,
              holder: known,
              promotion: 'p1',
            }),
            tellReason({ code: 'freight-gone', freight: gone }),
          ],
        },
        [`GET /projects/shop/freight/${known}`]: { alias: 'brisk-otter' },
        [`GET /projects/shop/freight/${nameless}`]: {},
      },
    });
    expect(out).toContain("promoted Freight 'brisk-otter (aaaaaaa)' by hand");
    expect(out).toContain("Freight 'ccccccc'");
    expect(out).not.toMatch(/[abc]{40}/);
  });

  it('says so when nothing is waited for', async () => {
    const { out } = await runAgainst(['why', 'stage', 'prod', '-p', 'shop'], {
      answers: { 'GET /projects/shop/stages/prod/why': { reasons: [] } },
    });
    expect(out).toBe('It waits for nothing\n');
  });
});
