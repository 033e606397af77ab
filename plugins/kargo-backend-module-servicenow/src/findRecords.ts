import {
  durationToMilliseconds,
  DurationString,
} from 'backstage-plugin-kargo-common';
import { createStep } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { RECORD_FIELDS, TICKET_FIELDS } from './config';
import { ServiceNow } from './ServiceNow';

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
    return record
      ? { kind: 'succeeded', output: { record } }
      : {
          kind: 'failed',
          reason: `no record of ${tableName} fits the query`,
          final: true,
        };
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
      serviceNow.query(tableName, {
        sysparm_query: query,
        sysparm_fields: 'sys_id',
        sysparm_limit: 1,
      });
    // "^NQ" begins another query, to which the id must belong as well.
    const isIt = `sys_id=${ticketId}`;
    const queries = condition.split('^NQ').map(each => `${isIt}^${each}`);
    if (await find(queries.join('^NQ'))) {
      return { kind: 'succeeded' };
    }
    return (await find(isIt))
      ? {
          kind: 'waiting',
          reason: `${ticketId} of ${tableName} does not meet the condition yet`,
          checkAgainInMs: durationToMilliseconds(pollInterval),
        }
      : {
          kind: 'failed',
          reason: `${tableName} has no record ${ticketId}`,
          final: true,
        };
  },
});
