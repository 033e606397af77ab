import {
  durationToMilliseconds,
  DurationString,
} from 'backstage-plugin-kargo-common';
import { createStep, StepOutcome } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { RECORD_FIELDS, TICKET_FIELDS } from './config';
import { ServiceNow } from './ServiceNow';
import { reasonOfUnknown, unknownColumns } from './unknownColumns';

/** Parameters by which a record is told in part, so that nobody knows what it has not. */
const SOME_COLUMNS = ['sysparm_fields', 'sysparm_view'];

/** Finds the first record that fits. */
export const queryForRecordsStep = createStep({
  id: 'snow-query-for-records',
  description: 'Finds a record in ServiceNow.',
  config: z.strictObject({
    ...RECORD_FIELDS,
    query: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  }),
  needs: ['http', 'secrets'],
  async run({ credentials, tableName, query }, context) {
    const serviceNow = await ServiceNow.open(credentials, context);
    const record = await serviceNow.query(tableName, {
      ...query,
      sysparm_limit: 1,
    });
    if (!record) {
      return fail(`no record of ${tableName} fits the query`);
    }
    const unknown = SOME_COLUMNS.some(each => each in query)
      ? []
      : unknownColumns(String(query.sysparm_query ?? ''), record);
    return unknown.length > 0
      ? fail(reasonOfUnknown(tableName, unknown))
      : { kind: 'succeeded', output: { record } };
  },
});

/** Waits until a record fits an encoded query. */
export const waitForConditionStep = createStep({
  id: 'snow-wait-for-condition',
  description: 'Waits until a record in ServiceNow is as it should be.',
  config: z.strictObject({
    ...TICKET_FIELDS,
    condition: z.string().min(1),
    pollInterval: DurationString.default('5m'),
  }),
  needs: ['http', 'secrets'],
  async run(config, context) {
    const { credentials, tableName, ticketId, condition, pollInterval } =
      config;
    const serviceNow = await ServiceNow.open(credentials, context);
    const find = (query: string) =>
      serviceNow.query(tableName, { sysparm_query: query, sysparm_limit: 1 });
    // "^NQ" begins another query, to which the id must belong as well.
    const isIt = `sys_id=${ticketId}`;
    const queries = condition.split('^NQ').map(each => `${isIt}^${each}`);
    const met = await find(queries.join('^NQ'));
    const record = met ?? (await find(isIt));
    if (!record) {
      return fail(`${tableName} has no record ${ticketId}`);
    }
    const unknown = unknownColumns(condition, record);
    if (unknown.length > 0) {
      return fail(reasonOfUnknown(tableName, unknown));
    }
    return met
      ? { kind: 'succeeded' }
      : {
          kind: 'waiting',
          reason: `${ticketId} of ${tableName} does not meet the condition yet`,
          checkAgainInMs: durationToMilliseconds(pollInterval),
        };
  },
});

function fail(reason: string): StepOutcome {
  return { kind: 'failed', reason, final: true };
}
