import { builtinSteps } from '../../builtins/steps';
import { EngineHarness } from '../EngineHarness';
import {
  demoProject,
  demoStage,
  demoWarehouse,
  imageOf,
} from '../scenarioManifests';

jest.setTimeout(120_000);

const SECRET = `---
apiVersion: v1
kind: Secret
metadata: {name: hook, namespace: demo}
stringData: {token: quite-secret}
`;

const compose = (alias: string, value: string) =>
  `{uses: compose-output, as: ${alias}, config: {told: "${value}"}}`;

describe('what steps are configured with', () => {
  let h: EngineHarness;

  beforeEach(async () => {
    h = await EngineHarness.create({ steps: [...builtinSteps] });
    h.publish(imageOf('web'), '1.2.3');
  });

  afterEach(() => h.stop());

  async function promoted(...steps: string[]) {
    await h.apply(
      demoProject('none') +
        demoWarehouse('web') +
        SECRET +
        demoStage('test', { web: '{direct: true}' }, `[${steps.join(', ')}]`),
    );
    await h.settle();
    const [freight] = await h.list('Freight');
    const { metadata } = await h.promote('test', freight.metadata.name);
    await h.settle();
    return h.stepConfigs(metadata.name);
  }

  it('is told with its expressions evaluated', async () => {
    expect(
      await promoted(
        compose('tag', `\${{ imageFrom('${imageOf('web')}').Tag }}`),
        compose('again', '${{ outputs.tag.told }} for ${{ ctx.stage }}'),
      ),
    ).toEqual({
      steps: [
        { alias: 'tag', config: { told: '1.2.3' } },
        { alias: 'again', config: { told: '1.2.3 for test' } },
      ],
    });
  });

  it('is not told where it holds a secret, whatever was made of it', async () => {
    const told = await promoted(
      compose('plain', "${{ secret('hook').token }}"),
      compose('turned', "${{ upper(secret('hook').token) }}"),
      compose('none', 'nothing'),
    );
    const hidden = 'It holds secrets, which are not shown';
    expect(told.steps).toEqual([
      { alias: 'plain', unknown: hidden },
      { alias: 'turned', unknown: hidden },
      { alias: 'none', config: { told: 'nothing' } },
    ]);
  });

  it('is told of what has begun alone, and says what cannot be known any more', async () => {
    const told = await promoted(
      compose('first', "${{ imageFrom('ghcr.io/acme/nothing').Tag }}"),
      compose('second', 'never'),
    );
    expect(told.steps).toEqual([
      { alias: 'first', unknown: expect.stringMatching(/nil|Tag/) },
    ]);
  });
});
