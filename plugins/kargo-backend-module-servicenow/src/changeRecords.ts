import { createStep } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import {
  NewChange,
  Parameters,
  RECORD_FIELDS,
  Template,
  TICKET_FIELDS,
} from './config';
import { ServiceNow, valueOf } from './ServiceNow';

/** Creates a record or a change. */
export const createRecordStep = createStep({
  id: 'snow-create',
  description: 'Creates a record in ServiceNow.',
  config: z.strictObject({
    ...RECORD_FIELDS,
    parameters: Parameters,
    template: NewChange.optional(),
  }),
  needs: ['http', 'secrets'],
  async run({ credentials, tableName, parameters, template }, context) {
    const { promotionUid, alias } = context;
    const serviceNow = await ServiceNow.open(credentials, context);
    const record = await serviceNow.create(tableName, parameters, {
      mark: `kargo ${promotionUid} ${alias}`,
      change: template,
    });
    const number = valueOf(record.number);
    return {
      kind: 'succeeded',
      message: number,
      output: { sys_id: valueOf(record.sys_id), number },
    };
  },
});

/** Changes columns of a record. */
export const updateRecordStep = createStep({
  id: 'snow-update',
  description: 'Changes a record in ServiceNow.',
  config: z.strictObject({
    ...TICKET_FIELDS,
    parameters: Parameters,
    template: Template.optional(),
  }),
  needs: ['http', 'secrets'],
  async run(config, context) {
    const { credentials, tableName, ticketId, parameters, template } = config;
    const serviceNow = await ServiceNow.open(credentials, context);
    await serviceNow.update(tableName, ticketId, parameters, template);
    return { kind: 'succeeded' };
  },
});

/** Deletes a record; one that is not there is as good as deleted. */
export const deleteRecordStep = createStep({
  id: 'snow-delete',
  description: 'Deletes a record in ServiceNow.',
  config: z.strictObject({ ...TICKET_FIELDS, template: Template.optional() }),
  needs: ['http', 'secrets'],
  async run({ credentials, tableName, ticketId, template }, context) {
    const serviceNow = await ServiceNow.open(credentials, context);
    await serviceNow.delete(tableName, ticketId, template);
    return { kind: 'succeeded' };
  },
});
