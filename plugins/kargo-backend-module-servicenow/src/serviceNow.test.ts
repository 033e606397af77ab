import { JsonObject } from 'backstage-plugin-kargo-common';
import { SecretText, Step, StepCapability } from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import {
  createRecordStep,
  deleteRecordStep,
  updateRecordStep,
} from './changeRecords';
import { queryForRecordsStep, waitForConditionStep } from './findRecords';
import { FakeInstance } from './testing/FakeInstance';

const CREDENTIALS = { secretName: 'snow', type: 'basic' };

describe('steps for ServiceNow', () => {
  let instance: FakeInstance;
  let keys: Record<string, string>;

  beforeEach(() => {
    instance = new FakeInstance();
    keys = {
      instanceURL: 'https://acme.service-now.com/',
      username: 'bot',
      password: 'pa55word',
      apiToken: 't0ken-of-acme',
    };
  });

  const run = (step: object, config: JsonObject) =>
    runStep(
      step as Step<Step['config'], StepCapability>,
      { credentials: CREDENTIALS, tableName: 'incident', ...config },
      {
        http: instance,
        secrets: {
          find: async () =>
            Object.fromEntries(
              Object.entries(keys).map(([key, value]) => [
                key,
                SecretText.of(value),
              ]),
            ),
        },
      },
    );

  it.each([
    ['basic', `Basic ${Buffer.from('bot:pa55word').toString('base64')}`],
    ['api-token', 'key t0ken-of-acme'],
  ])('log in with %s', async (type, login) => {
    const credentials = { sharedSecretName: 'snow', type };
    await run(createRecordStep, { credentials, parameters: {} });
    expect([...instance.logins]).toEqual([login]);
  });

  describe('snow-create', () => {
    const parameters = { short_description: 'Release 1.2.0' };

    it('creates a record of a table', async () => {
      expect(await run(createRecordStep, { parameters })).toEqual({
        kind: 'succeeded',
        message: 'INC1',
        output: { sys_id: 'id1', number: 'INC1' },
      });
      expect(instance.records).toMatchObject([parameters]);
      expect(instance.asked).toEqual([
        'GET now/table/incident',
        'POST now/table/incident',
      ]);
    });

    it.each([
      [{ type: 'normal' }, 'normal'],
      [{ type: 'emergency' }, 'emergency'],
      [{ type: 'standard', templateId: 't1' }, 'standard/t1'],
    ])('creates a change with %j', async (template, path) => {
      expect(
        await run(createRecordStep, { parameters, template }),
      ).toMatchObject({ output: { sys_id: 'id1', number: 'INC1' } });
      expect(instance.asked[1]).toBe(`POST sn_chg_rest/change/${path}`);
    });

    it('creates no second one when nobody heard that the first was made', async () => {
      instance.add(parameters);
      instance.losesAnswers = true;
      const create = () => run(createRecordStep, { parameters });
      await expect(create()).rejects.toThrow('ended');
      expect(await create()).toMatchObject({ output: { number: 'INC2' } });
      expect(instance.records).toHaveLength(2);
    });

    it.each([
      [{ correlation_id: 'web' }],
      [{ correlation_id: 'web', correlation_display: 'Kargo' }],
    ])(
      'makes a record of its own, though an earlier one tells %j as well',
      async told => {
        instance.add({ ...told, approval: 'approved' });
        expect(
          await run(createRecordStep, { parameters: { ...told } }),
        ).toMatchObject({ output: { number: 'INC2' } });
        expect(instance.records[1]).toMatchObject(told);
      },
    );

    it('creates no second one with a correlation_id of its own either', async () => {
      instance.losesAnswers = true;
      const create = () =>
        run(createRecordStep, { parameters: { correlation_id: 'web' } });
      await expect(create()).rejects.toThrow('ended');
      expect(await create()).toMatchObject({ output: { number: 'INC1' } });
    });

    it('takes no record of others for its own where a table keeps no mark', async () => {
      instance.lacks = ['correlation_id'];
      instance.add();
      expect(await run(createRecordStep, { parameters })).toMatchObject({
        output: { number: 'INC2' },
      });
    });

    it('wants the template of a standard change', async () => {
      const template = { type: 'standard' };
      expect(
        await run(createRecordStep, { parameters, template }),
      ).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('templateId is required'),
      });
    });
  });

  it.each([
    [{}, 'now/table/incident/id1'],
    [{ template: { type: 'normal' } }, 'sn_chg_rest/change/normal/id1'],
  ])('change and delete a record with %j', async (more, path) => {
    instance.add();
    const ticket = { ticketId: 'id1', ...more };
    await run(updateRecordStep, { ...ticket, parameters: { state: '3' } });
    expect(instance.records).toMatchObject([{ state: '3' }]);
    await run(deleteRecordStep, ticket);
    expect(instance.records).toEqual([]);
    expect(instance.asked).toEqual([`PATCH ${path}`, `DELETE ${path}`]);
    // Again, as after a crash.
    expect(await run(deleteRecordStep, ticket)).toEqual({ kind: 'succeeded' });
  });

  it('find the first record that fits, or say that none does', async () => {
    instance.add({ state: '1' });
    instance.add({ state: '2' });
    const find = (sysparm_query: string) =>
      run(queryForRecordsStep, { query: { sysparm_query } });
    expect(await find('state=2')).toMatchObject({
      output: { record: { number: 'INC2' } },
    });
    expect(await find('state=3')).toMatchObject({
      kind: 'failed',
      reason: 'no record of incident fits the query',
    });
  });

  it.each<[ticketId: string, condition: string, expected: object]>([
    ['id1', 'state=2', { kind: 'succeeded' }],
    ['id1', 'state=3', { kind: 'waiting', checkAgainInMs: 300_000 }],
    ['id2', 'state=2', { kind: 'failed', final: true }],
  ])('wait for %s to meet %s: %j', async (ticketId, condition, expected) => {
    instance.add({ state: '2' });
    expect(
      await run(waitForConditionStep, { ticketId, condition }),
    ).toMatchObject(expected);
  });

  it.each<[step: object, told: JsonObject]>([
    [waitForConditionStep, { ticketId: 'id1', condition: 'aproval=approved' }],
    [
      waitForConditionStep,
      { ticketId: 'id1', condition: 'state=3^aproval=approved' },
    ],
    [queryForRecordsStep, { query: { sysparm_query: 'aproval=approved' } }],
  ])('take no condition for met that is left out: %#', async (step, told) => {
    instance.lacks = ['aproval'];
    instance.add({ state: '2' });
    expect(await run(step, told)).toMatchObject({
      kind: 'failed',
      final: true,
      reason: expect.stringContaining('incident has no column "aproval"'),
    });
  });

  it('find a record of which only some columns are asked for', async () => {
    instance.add({ state: '2' });
    const query = { sysparm_query: 'state=2', sysparm_fields: 'number' };
    expect(await run(queryForRecordsStep, { query })).toMatchObject({
      kind: 'succeeded',
      output: { record: { number: 'INC1' } },
    });
  });

  it.each([
    ['instanceURL', 'acme', 'is no address such as https://'],
    ['password', '', 'has no key "password"'],
  ])('say what is wrong with the key %s', async (key, value, message) => {
    keys[key] = value;
    await expect(
      run(createRecordStep, { parameters: {} }),
    ).rejects.toMatchObject({
      name: 'TerminalError',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    [400, 'TerminalError'],
    [404, 'TerminalError'],
    [401, 'CredentialsRejectedError'],
    [429, 'UpstreamUnavailableError'],
    [503, 'UpstreamUnavailableError'],
  ])('an answer %s is a %s in its words', async (status, name) => {
    instance.refuses = status;
    const error = await run(updateRecordStep, {
      ...{ ticketId: 'id1', parameters: {} },
    }).catch(e => e);
    expect(error).toMatchObject({
      name,
      message: expect.stringContaining('No Record found'),
    });
    expect(String(error)).not.toContain('pa55word');
  });
});
