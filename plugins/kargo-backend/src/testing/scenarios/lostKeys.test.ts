import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import { Knex } from 'knex';
import { EngineHarness } from '../EngineHarness';
import { ScenarioDatabase } from '../ScenarioDatabase';

jest.setTimeout(120_000);

const SHARED = 'kargo-shared-resources';
const JO = { actor: 'user:default/jo' };
const DEMO = { kind: 'Project' as const, namespace: '', name: 'demo' };

const OBJECTS = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: { name: demo }
---
apiVersion: v1
kind: Secret
metadata: { name: own, namespace: demo }
data: { token: b3du }
---
apiVersion: v1
kind: Secret
metadata:
  name: shared
  namespace: ${SHARED}
  labels: { kargo.akuity.io/cred-type: generic }
  annotations: { ${ANNOTATIONS.replicateTo}: '*' }
data: { token: dG9rZW4= }
`;

describe('Secrets that no key opens any more', () => {
  let harness: EngineHarness;
  let knex: Knex;

  beforeEach(async () => {
    ({ knex } = await ScenarioDatabase.openSqlite());
    harness = await EngineHarness.create({ knex });
    await harness.apply(OBJECTS);
    await harness.settle();
  });
  afterEach(() => harness.stop());

  const loseKeys = (where: { namespace?: string; name?: string }) =>
    knex('resources')
      .where({ kind: 'Secret', ...where })
      .update({ key_id: 'gone' });

  it('go with their project', async () => {
    await loseKeys({ namespace: 'demo' });
    await harness.admission.delete(DEMO, JO);
    for (let pass = 0; pass < 5; pass++) {
      await harness.advance(500);
    }
    expect(await harness.list('Project')).toEqual([]);
    const { items } = await harness.store.list('Secret');
    expect(items.map(({ metadata }) => metadata.namespace)).toEqual([SHARED]);
  });

  it('keep nothing else from being looked at, and are written again as copies', async () => {
    await loseKeys({ namespace: 'demo', name: 'shared' });
    await harness.restart();
    const key = { kind: 'Secret' as const, namespace: 'demo', name: 'shared' };
    const find = () => harness.store.get(key).catch(() => undefined);
    // The engine looks at everything anew some time after it has started.
    await harness.until(async () => (await find()) !== undefined);
    expect(await find()).toMatchObject({ data: { token: 'dG9rZW4=' } });
  });

  it('keep nothing else from being looked at where they are the source of copies', async () => {
    await loseKeys({ namespace: SHARED });
    const log = harness.log.length;
    await harness.restart();
    await harness.until(() => harness.log.length > log);
    expect(harness.log.slice(log).join()).not.toContain('Failed to sweep');
  });
});
