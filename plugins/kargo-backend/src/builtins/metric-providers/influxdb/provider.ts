import { JsonValue } from 'backstage-plugin-kargo-common';
import { createMetricProvider } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { requireSuccess } from '../shared/requireSuccess';
import { printNumber } from '../shared/printValue';
import { MAX_ANSWER_BYTES, readAnswer } from '../shared/readAnswer';
import { InfluxdbConfig } from './config';
import { readFlux } from './readFlux';

/** What is wrong with a query, for one. */
const Refusal = z.object({ code: z.string(), message: z.string() });

/** Measures by a query in Flux to InfluxDB: the values of all records. */
export const influxdbProvider = createMetricProvider({
  id: 'influxdb',
  description: 'Asks InfluxDB by a query in Flux.',
  config: InfluxdbConfig,
  async measure({ query, profile }, { http, secrets, signal }) {
    const { address, authToken, org } =
      (await secrets.find(profile, 'installation')) ?? {};
    if (!address || !authToken || !org) {
      throw new Error(
        `the Secret '${profile}' of the installation needs address, authToken and org`,
      );
    }
    const response = await http.send({
      url: `${address.replace(
        /\/+$/,
        '',
      )}/api/v2/query?org=${encodeURIComponent(org)}`,
      method: 'POST',
      headers: {
        authorization: `Token ${authToken}`,
        'content-type': 'application/json',
        accept: 'application/csv',
      },
      body: JSON.stringify({
        query,
        type: 'flux',
        dialect: { header: true, delimiter: ',', annotations: ['datatype'] },
      }),
      timeoutMs: 30_000,
      maxBytes: MAX_ANSWER_BYTES,
    });
    if (response.status === 400 || response.status === 422) {
      const answer = await readAnswer(response, signal);
      const refusal = Refusal.safeParse('json' in answer && answer.json);
      if (refusal.success) {
        const { code, message } = refusal.data;
        throw new Error(`InfluxDB: ${code}: ${message}`);
      }
    }
    requireSuccess(response);
    const result = readFlux(response.body.toString('utf8'));
    if (result.length === 0) {
      throw new Error('no results returned from flux query');
    }
    return {
      kind: 'measured',
      result,
      value: `[${result.map(printItem).join(' ')}]`,
    };
  },
});

function printItem(item: JsonValue): string {
  return typeof item === 'number' ? printNumber(item) : String(item);
}
