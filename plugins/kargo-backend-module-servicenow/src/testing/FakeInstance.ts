import { JsonObject } from 'backstage-plugin-kargo-common';
import {
  HttpClient,
  HttpRequest,
  HttpResponse,
} from 'backstage-plugin-kargo-node';

/** An instance with one table, whose API for changes tells columns in its own shape. */
export class FakeInstance implements HttpClient {
  readonly asked: string[] = [];
  readonly records: Record<string, string>[] = [];
  readonly logins = new Set<string>();
  /** Whether the answer to what is created is lost on its way. */
  losesAnswers = false;
  /** What stands in the columns of a new record. */
  presets: Record<string, string> = {};
  /** Columns that the table has not got. */
  lacks: string[] = [];
  refuses: number | undefined;

  add(fields: Record<string, string> = {}) {
    const number = `INC${this.records.length + 1}`;
    const record = {
      sys_id: `id${this.records.length + 1}`,
      number,
      ...this.presets,
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
      const found = this.find(searchParams.get('sysparm_query') ?? '');
      const fields = searchParams.get('sysparm_fields')?.split(',');
      return [200, found.map(record => pick(record, fields))];
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

function pick(record: Record<string, string>, fields?: string[]) {
  return Object.fromEntries(
    Object.entries(record).filter(
      ([column]) => fields?.includes(column) ?? true,
    ),
  );
}

function asChange(record: Record<string, string>) {
  return Object.fromEntries(
    Object.entries(record).map(([column, value]) => [
      column,
      { value, display_value: value },
    ]),
  );
}
