import { KARGO_API_VERSION, Stage } from 'backstage-plugin-kargo-common';
import { LookupTable } from './lookups';
import { atOnce } from './Paced';
import { evaluateVerificationArgs } from './verificationScope';

const ORIGIN = { kind: 'Warehouse', name: 'w1' } as const;

/** Arguments and variables by name. */
type Texts = Record<string, string>;

const listOf = (texts: Texts) =>
  Object.entries(texts).map(([name, value]) => ({ name, value }));

function stageOf(args: Texts, vars: Texts, name: string): Stage {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Stage',
    metadata: {
      name,
      namespace: 'shop',
      uid: 'u1',
      resourceVersion: '1',
      generation: 1,
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: {
      requestedFreight: [{ origin: ORIGIN, sources: { direct: true } }],
      vars: listOf(vars),
      verification: { args: listOf(args) },
    },
  };
}

function argsOf(args: Texts, vars: Texts = {}, stage = 'test'): Texts {
  const lookups = new LookupTable();
  lookups.add(
    { kind: 'ConfigMap', scope: 'project', name: 'cm' },
    { kind: 'ConfigMap', data: { k: 'v' } },
  );
  const freight = {
    name: 'f1',
    origin: ORIGIN,
    images: [{ repoURL: 'ghcr.io/acme/app', tag: '1.10' }],
  };
  return atOnce(
    evaluateVerificationArgs({
      stage: stageOf(args, vars, stage),
      collection: { id: 'c', items: { 'Warehouse/w1': freight } },
      lookups,
      nowMs: Date.UTC(2026, 0, 2),
    }),
  );
}

describe('evaluateVerificationArgs', () => {
  it.each<[string, string, Texts?]>([
    ['plain', 'plain'],
    ['42', '42'],
    ['${{ ctx.project }}/${{ ctx.stage }}', 'shop/test'],
    ['${{ quote(42) }}', '42'],
    ['${{ vars.b }}', 'x-1', { a: 'x', b: '${{ vars.a }}-1' }],
    ["${{ configMap('cm').k }}", 'v'],
    [
      "${{ quote(imageFrom('ghcr.io/acme/app', warehouse('w1')).Tag) }}",
      '1.10',
    ],
    ["${{ vars == nil ? 'none' : 'some' }}", 'none'],
    ["${{ vars == nil ? 'none' : 'some' }}", 'some', { a: '1' }],
  ])('%s is %j', (value, expected, vars = {}) => {
    expect(argsOf({ it: value }, vars)).toEqual({ it: expected });
  });

  it('takes the name of a Stage for a text', () => {
    const args = { a: '${{ ctx.stage }}', b: '${{ vars.stage }}' };
    const vars = { stage: '${{ ctx.stage }}' };
    expect(argsOf(args, vars, '2024')).toEqual({ a: '2024', b: '2024' });
  });

  it('leaves empty ones out', () => {
    expect(argsOf({ a: '', b: 'x' })).toEqual({ b: 'x' });
  });

  it.each<[string, string, Texts?]>([
    ['${{ 42 }}', 'coerce'],
    ['${{ nil }}', 'coerce'],
    ['${{ [1] }}', 'coerce'],
    ['${{ success() }}', 'run'],
    ['${{ outputs.x }}', 'run'],
    ['x', 'run', { a: '${{ x.y }}' }],
  ])('refuses %s at stage %s', (value, stage, vars = {}) => {
    expect(() => argsOf({ it: value }, vars)).toThrow(
      expect.objectContaining({ stage }),
    );
  });

  it('names the argument', () => {
    expect(() => argsOf({ port: '${{ 80 }}' })).toThrow(
      'args.port: the result must be a text; wrap the expression in quote()',
    );
  });
});
