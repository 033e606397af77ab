import { JsonObject, JsonValue } from 'backstage-plugin-kargo-common';
import {
  pathOf,
  requireSecret,
  RestApi,
  SecretFields,
  StepContext,
  TerminalError,
  toSecretReference,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';

/** What every step here works with. */
export type ServiceNowContext = StepContext<'http' | 'secrets'>;

/** How a step logs in. */
export type Login = SecretFields & { type: 'api-token' | 'basic' };

/** A kind of change, for the API of changes. */
export interface Change {
  type: 'standard' | 'emergency' | 'normal';
  templateId?: string;
}

const RecordBody = z.record(z.string(), z.json());
const One = z.object({ result: RecordBody });
const Many = z.object({ result: z.array(RecordBody) });

/** A record, as its columns by name. */
export type ServiceNowRecord = z.output<typeof RecordBody>;

/** The columns of every task that are there for what programs tell of themselves. */
const MARKS = ['correlation_id', 'correlation_display'];
/** Answers that another request would get as well. */
const FINAL = [400, 404, 405, 422];

/**
 * The APIs of ServiceNow for tables and for changes.
 *
 * @remarks
 * A record that a step creates carries a mark in `correlation_id`, or in
 * `correlation_display` when that is taken, so that it is found again when nobody heard that
 * it was made. A table without that column does not keep it, and ServiceNow then leaves that
 * part of a query out; so what is found must carry the mark.
 */
export class ServiceNow {
  /** @throws TerminalError when the Secret is not there or lacks a key */
  static async open(
    login: Login,
    { http, now, secrets }: ServiceNowContext,
  ): Promise<ServiceNow> {
    const reference = toSecretReference(login);
    const { instanceURL } = await requireSecret(secrets, reference, [
      'instanceURL',
    ]);
    if (!/^https?:\/\/[^/]/.test(instanceURL) || !URL.canParse(instanceURL)) {
      throw new TerminalError(
        `the key "instanceURL" of Secret "${reference.name}" is no address such as https://acme.service-now.com`,
      );
    }
    const headers =
      login.type === 'basic'
        ? basicLogin(
            await requireSecret(secrets, reference, ['username', 'password']),
          )
        : tokenLogin(await requireSecret(secrets, reference, ['apiToken']));
    return new ServiceNow(
      new RestApi({
        ...{ http, now, headers },
        subject: 'table or record',
        credentials: `the login of Secret "${reference.name}"`,
        final: FINAL,
        baseURL: instanceURL.replace(/\/+$/, ''),
      }),
    );
  }

  private constructor(private readonly api: RestApi) {}

  /** Creates a record, unless one with the mark is there. */
  async create(
    table: string,
    parameters: JsonObject,
    options: { mark: string; change?: Change },
  ): Promise<ServiceNowRecord> {
    const { mark, change } = options;
    // What somebody gives there may be that of other records too, such as the name of an app.
    const column = MARKS.find(each => !(each in parameters));
    const found = column && (await this.findMarked(table, column, mark));
    if (found) {
      return found;
    }
    const { result } = await this.api.read(One, {
      method: 'POST',
      path: change ? changePath(change) : tablePath(table),
      body: { ...parameters, ...(column && { [column]: mark }) },
    });
    return result;
  }

  async update(
    table: string,
    id: string,
    parameters: JsonObject,
    change?: Change,
  ): Promise<void> {
    await this.api.ask({
      method: 'PATCH',
      path: recordPath(table, id, change),
      body: parameters,
    });
  }

  /** Deletes a record, if it is there. */
  async delete(table: string, id: string, change?: Change): Promise<void> {
    await this.api.ask({
      method: 'DELETE',
      path: recordPath(table, id, change),
      accept: [404],
    });
  }

  /** The first record that fits parameters of the Table API. */
  async query(
    table: string,
    parameters: Record<string, string | number | boolean>,
  ): Promise<ServiceNowRecord | undefined> {
    const { result } = await this.api.read(Many, {
      path: tablePath(table),
      query: parameters,
    });
    return result[0];
  }

  private async findMarked(
    table: string,
    column: string,
    mark: string,
  ): Promise<ServiceNowRecord | undefined> {
    const found = await this.query(table, {
      sysparm_query: `${column}=${mark}`,
      sysparm_limit: 1,
    });
    return found && valueOf(found[column]) === mark ? found : undefined;
  }
}

/** What a column holds; changes tell it as `{value, display_value}`. */
export function valueOf(column: JsonValue | undefined): string {
  const told = z.object({ value: z.string() }).safeParse(column);
  return told.success ? told.data.value : String(column ?? '');
}

function basicLogin(login: { username: string; password: string }) {
  const text = `${login.username}:${login.password}`;
  return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
}

function tokenLogin({ apiToken }: { apiToken: string }) {
  return { 'x-sn-apikey': apiToken };
}

function tablePath(table: string): string {
  return `/api/now/table${pathOf(table)}`;
}

function recordPath(table: string, id: string, change?: Change): string {
  return change
    ? `/api/sn_chg_rest/change${pathOf(change.type, id)}`
    : `${tablePath(table)}${pathOf(id)}`;
}

function changePath({ type, templateId }: Change): string {
  // Only standard changes are made from a template.
  const parts = type === 'standard' ? [type, templateId ?? ''] : [type];
  return `/api/sn_chg_rest/change${pathOf(...parts)}`;
}
