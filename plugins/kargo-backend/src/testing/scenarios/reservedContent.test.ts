import { builtinSteps } from '../../builtins/steps';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

/** Steps that put files into place and then copy a folder. */
function writeAndCopy(files: string[], copies: [string, string][]): string {
  const writes = files.map(
    path => `{uses: file-write, config: {path: ${path}, contents: harmless}}`,
  );
  const steps = copies.map(
    ([inPath, outPath], index) =>
      `{as: copy-${index}, uses: copy, config: {inPath: ${inPath}, outPath: ${outPath}}}`,
  );
  return `[${[...writes, ...steps].join(', ')}]`;
}

describe('content that git or the engine would trust', () => {
  let harness: EngineHarness;

  beforeAll(async () => {
    harness = await EngineHarness.create({ steps: [...builtinSteps] });
    harness.publish(imageOf('guestbook'), '1.0.0');
    await harness.apply(demoProject('none') + demoWarehouse('guestbook'));
    await harness.settle();
  });

  afterAll(() => harness.stop());

  it.each<[string, string[], [string, string][], string]>([
    [
      'a folder that holds one of the engine’s name',
      ['src/.kargo/git/config'],
      [['src', '.']],
      '"copy-0": path ".kargo" leads into ".kargo", which is reserved for the engine',
    ],
    [
      'folders that make a repository together',
      ['a/HEAD', 'a/objects/x', 'b/refs/x'],
      [
        ['a', 'out'],
        ['b', 'out'],
      ],
      'would make its folder a git repository',
    ],
  ])(
    'ends a Promotion that copies %s',
    async (_, files, copies, message) => {
      const steps = writeAndCopy(files, copies);
      await harness.apply(
        demoStage('test', { guestbook: '{direct: true}' }, steps),
      );
      const [freight] = await harness.list('Freight');
      const { metadata } = await harness.promote('test', freight.metadata.name);
      await harness.settle();
      const { status } = await harness.get('Promotion', metadata.name);
      expect(status?.phase).toBe('Errored');
      expect(status?.message).toContain(message);
    },
    60_000,
  );
});
