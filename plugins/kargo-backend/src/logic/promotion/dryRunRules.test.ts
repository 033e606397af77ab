import { builtinSteps } from '../../builtins/steps';
import { inOneTurn } from '../../testing/inOneTurn';
import { findReadOutput, isRunDry } from './dryRunRules';

describe('isRunDry', () => {
  it('runs what works in the folder or only looks, and nothing that reaches out', () => {
    const held = builtinSteps.filter(step => !isRunDry(step));
    expect(held.map(({ id }) => id).sort()).toEqual([
      'argocd-update',
      'argocd-wait',
      'git-merge-pr',
      'git-open-pr',
      'git-push',
      'git-wait-for-pr',
      'github-push',
      'oci-push',
      'set-freight-alias',
      'set-metadata',
    ]);
  });

  it.each([
    ['computes', {}],
    ['fills the folder', { needs: ['files'], workspace: 'writes' }],
  ] as const)('leaves out one that %s and acts by itself', (_, step) => {
    expect(isRunDry(step)).toBe(true);
    expect(isRunDry({ ...step, dryRun: 'skip' })).toBe(false);
  });
});

describe('findReadOutput', () => {
  it.each<[string, unknown, boolean]>([
    ['by a dot', { id: '${{ outputs.push.branch }}' }, true],
    ['by brackets', { id: "${{ outputs['push'].b }}" }, true],
    ['by quotes', { id: '${{ outputs["push"].b }}' }, true],
    ['if it is there', { id: '${{ outputs?.push?.b }}' }, true],
    ['of its task', { a: ['${{ task.outputs.push.b }}'] }, true],
    ['in a condition', '${{ outputs.push.b == "x" }}', true],
    ['in a variable', [{ name: 'v', value: '${{ outputs.push.b }}' }], true],
    ['by a name that is computed', { id: '${{ outputs[vars.of].b }}' }, true],
    ['among all', { note: 'of: ${{ toJSON(outputs) }}' }, true],
    ['in the other brackets', { note: '${% outputs[vars.of] %}' }, true],
    ['of others by quotes', { id: "${{ outputs?.['clone'].b }}" }, false],
    ['that is none', { outputs: [{ name: '${{ vars.of }}' }] }, false],
    ['of one that is called alike', "${{ outputs['push-2'].b }}", false],
    ['of one that ends alike', '${{ outputs.re.push }}', false],
    ['in what is no expression', { a: '${{ outputs.push. }}' }, false],
    ['in an expression without an end', { a: '${{ outputs.push' }, false],
    ['that a text tells of', { message: 'see outputs.push' }, false],
    ['in a text', { a: '${{ "outputs.push" + vars.x }}' }, false],
    [
      'where a `let` has taken the name',
      { a: '${{ let outputs = vars; outputs.push }}' },
      false,
    ],
    ['by a `let`', { a: '${{ let o = outputs; o.push }}' }, true],
    ['of all of its task', { a: '${{ toJSON(task) }}' }, true],
    ['of none', { message: 'push outputs' }, false],
    ['where nothing is said', undefined, false],
  ])('knows an output %s', (_, part, expected) => {
    expect(inOneTurn(findReadOutput(part, ['push']))).toBe(
      expected ? 'push' : undefined,
    );
  });

  it('names which of several, and the first for one that is not named', () => {
    const find = (text: string) =>
      inOneTurn(findReadOutput({ text }, ['open', 'push']));
    expect(find('${{ outputs.push.branch }}')).toBe('push');
    expect(find('${{ outputs[vars.of].branch }}')).toBe('open');
  });
});
