import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  HttpClient,
  HttpRequest,
  HttpResponse,
  SecretText,
  Step,
  StepCapability,
} from 'backstage-plugin-kargo-node';
import { runStep } from 'backstage-plugin-kargo-node/testUtils';
import {
  createRecordStep,
  deleteRecordStep,
  updateRecordStep,
} from './changeRecords';
import { queryForRecordsStep, waitForConditionStep } from './findRecords';

const CREDENTIALS = { secretName: 'snow', type: 'basic' };

/** An instance with one table, whose API for changes tells columns in its own shape. */
class FakeInstance implements HttpClient {
  readonly asked: string[] = [];
  readonly records: Record<string, string>[] = [];
  readonly logins = new Set<string>();
  /** Whether the answer to what is created is lost on its way. */
  losesAnswers = false;
  /** Columns that the table has not got. */
  lacks: string[] = [];
  refuses: number | undefined;

  add(fields: Record<string, string> = {}) {
    const number = `INC${this.records.length + 1}`;
    const record = {
      sys_id: `id${this.records.length + 1}`,
      number,
      ...fields,
    };
    this.records.push(record);
    return record;
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    const url = new URL(request.url);
    const headers = new Headers(request.headers as Record<string, string>);
    this.logins.add(
      headers.get('authorization') ?? `key ${headers.get('x-sn-apikey')}`,
    );
    this.asked.push(`${request.method} ${url.pathname.replace('/api/', '')}`);
    const sent: JsonObject = JSON.parse(String(request.body ?? '{}'));
    const [status, result] = this.refuses
      ? [this.refuses]
      : this.answer(request.method ?? 'GET', url, sent);
    if (status === 201 && this.losesAnswers) {
      this.losesAnswers = false;
      throw new Error('the connection ended');
    }
    const body =
      status < 300
        ? { result }
        : {
            error: { message: 'No Record found', detail: '' },
            status: 'failure',
          };
    return {
      ...{ status, url, headers: {} },
      body: Buffer.from(status === 204 ? '' : JSON.stringify(body)),
    };
  }

  open(): never {
    throw new Error('not asked for');
  }

  private answer(
    method: string,
    { pathname, searchParams }: URL,
    sent: JsonObject,
  ): [number, unknown?] {
    const isChange = pathname.startsWith('/api/sn_chg_rest/change/');
    const at = this.records.findIndex(({ sys_id: id }) =>
      pathname.endsWith(`/${id}`),
    );
    if (method === 'GET') {
      return [200, this.find(searchParams.get('sysparm_query') ?? '')];
    }
    if (method === 'POST') {
      const kept = Object.entries(sent).filter(
        ([column]) => !this.lacks.includes(column),
      );
      const record = this.add(Object.fromEntries(kept) as never);
      return [201, isChange ? asChange(record) : record];
    }
    if (at < 0) return [404];
    if (method === 'DELETE') {
      this.records.splice(at, 1);
      return [204];
    }
    Object.assign(this.records[at], sent);
    return [200, this.records[at]];
  }

  /** As ServiceNow, a condition on a column that is not there does not count. */
  private find(query: string) {
    const conditions = query
      .split('^')
      .map(each => each.split('='))
      .filter(([column]) => !this.lacks.includes(column));
    return this.records.filter(record =>
      conditions.every(([column, value]) => record[column] === value),
    );
  }
}

function asChange(record: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(record).map(([column, value]) => [
      column,
      { value, display_value: value },
    ]),
  );
}

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
