import { Freight, Stage } from 'backstage-plugin-kargo-common';
import { aFreight, aStage, holding } from '../../dev/testing/builders';
import { usedRows, versionMatrices } from './versionMatrix';

/** A Stage that held pieces of Freight one after the other, the newest first. */
function held(name: string, ...freight: Freight[]): Stage {
  return aStage(name, {
    status: {
      freightHistory: freight.flatMap(
        item => holding(item).freightHistory ?? [],
      ),
    },
  });
}

const [one, two, three] = ['1.0.0', '2.0.0', '3.0.0'].map(version =>
  aFreight(version, { version }),
);

describe('versions across Stages', () => {
  it('tells of each version where it runs, and how long ago it ran where', () => {
    const [matrix] = versionMatrices({
      stages: [held('test', two, one), held('prod', one)],
      freight: [three, two, one],
    });
    expect(matrix).toMatchObject({
      kind: 'image',
      source: 'registry.example.com/web',
      stages: ['test', 'prod'],
    });
    expect(matrix.rows.map(({ version, stages }) => [version, stages])).toEqual(
      [
        ['3.0.0', {}],
        ['2.0.0', { test: 0 }],
        ['1.0.0', { test: 1, prod: 0 }],
      ],
    );
    expect(usedRows(matrix).map(({ version }) => version)).toEqual([
      '2.0.0',
      '1.0.0',
    ]);
  });

  it('counts what runs again as running, not as past', () => {
    const [matrix] = versionMatrices({
      stages: [held('test', one, two, one)],
      freight: [two, one],
    });
    expect(matrix.rows.map(({ stages }) => stages.test)).toEqual([1, 0]);
  });

  it('keeps what runs although its Freight is gone', () => {
    const [matrix] = versionMatrices({
      stages: [held('test', one)],
      freight: [two],
    });
    expect(matrix.rows.map(({ version }) => version)).toEqual([
      '2.0.0',
      '1.0.0',
    ]);
  });

  it('has a matrix for each artifact, and none for Stages that hold nothing', () => {
    const both = aFreight('f', { commit: { id: 'abcdef1234', message: 'x' } });
    const matrices = versionMatrices({
      stages: [
        held('test', both),
        aStage('prod'),
        aStage('gate', { steps: [] }),
      ],
      freight: [both],
    });
    expect(matrices.map(({ kind, stages }) => [kind, stages])).toEqual([
      ['image', ['test']],
      ['commit', ['test']],
    ]);
  });
});
