import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CommandLine, createCommandLine } from '../world/commandLine';
import {
  demoRepositories,
  describeDemoImage,
  type DemoWorld,
  startDemoWorld,
} from '../world/demoWorld';
import { repositoryRoot } from '../world/paths';
import { type Portal, startPortal } from '../world/portal';
import { eventually } from './ApiProgram';

const LIMIT_MS = 600_000;
const GUIDE = join(repositoryRoot, 'docs/guide/write-a-pipeline.md');
const project = 'hello';

describe('the pipeline that the guide has its readers write', () => {
  let stateDir: string;
  let world: DemoWorld;
  let portal: Portal;
  let commandLine: CommandLine;
  let files: string[];
  const until = () => AbortSignal.timeout(LIMIT_MS);

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'guide-'));
    world = await startDemoWorld({ stateDir: join(stateDir, 'world') });
    portal = await startPortal({ stateDir: join(stateDir, 'portal') });
    commandLine = await createCommandLine({
      folder: join(stateDir, 'commands'),
      browse: async () => {},
    });
    const blocks = (await readFile(GUIDE, 'utf8')).matchAll(
      /^```yaml\n([^]*?)^```$/gm,
    );
    files = [...blocks].map(([, text]) => world.adapt(text));
  }, LIMIT_MS);

  afterAll(async () => {
    await portal?.close();
    await world?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  /** What a command prints, which must come to a good end without a warning. */
  const kargo = async (line: string, input?: string) => {
    const { code, out, err } = await commandLine.invoke(
      line.split(' '),
      input,
      {
        KARGO_API_ADDRESS: portal.api,
        KARGO_API_TOKEN: portal.token,
      },
    );
    expect({ line, code, err }).toEqual({ line, code: 0, err: '' });
    return out;
  };

  /** Publishes a version and has it found, and waits until `test` verified it. */
  const arrive = async (tag: string) => {
    const created = '2026-05-04T09:00:00Z';
    world.registry.pushImage({
      ...{ repository: demoRepositories.guestbook, tag },
      ...describeDemoImage(tag, created),
    });
    await kargo(`refresh warehouse app -p ${project}`);
    return eventually(async () => {
      const { items } = await portal.kargo().listStages({ project });
      const test = items.find(({ metadata }) => metadata.name === 'test');
      const held = test?.status?.freightHistory?.[0];
      const isThere = Object.values(held?.items ?? {}).some(freight =>
        freight.images?.some(image => image.tag === tag),
      );
      const verified = held?.verificationHistory?.[0]?.phase === 'Successful';
      return isThere && verified ? held : undefined;
    }, until());
  };

  const subjects = async () =>
    (await world.git.log('starter', 'main')).map(({ subject }) => subject);

  it(
    'promotes by hand, then by itself, and verifies',
    async () => {
      const [pipeline, config, verification] = files;
      expect(files).toHaveLength(3);
      expect(await kargo('apply -f -', pipeline)).toMatch(
        /^(\S+ created\n){5}$/,
      );
      await eventually(
        async () =>
          (await kargo(`get freight -p ${project}`)).includes('Warehouse/app')
            ? true
            : undefined,
        until(),
      );
      await kargo(`promote -p ${project} --warehouse app --stage test --wait`);
      expect(await subjects()).toContain('Promote 1.2.0 to test');
      await eventually(
        async () =>
          (
            await kargo(`why stage prod -p ${project}`)
          ).includes('waits to be promoted by hand')
            ? true
            : undefined,
        until(),
      );
      await kargo(`promote -p ${project} --warehouse app --stage prod --wait`);
      expect(await subjects()).toContain('Promote 1.2.0 to prod');

      await kargo('apply -f -', config);
      await arrive('1.4.0');

      await kargo('apply -f -', verification);
      const held = await arrive('1.5.0');
      expect(held.verificationHistory?.[0].analysisRun).toBeDefined();
      expect(await kargo(`delete project ${project}`)).toContain('deleted');
    },
    LIMIT_MS,
  );
});
