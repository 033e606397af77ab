import { JsonValue } from 'backstage-plugin-kargo-common';
import { createMetricProvider } from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { requireSuccess } from '../shared/requireSuccess';
import { printJson } from '../shared/printValue';
import { MAX_ANSWER_BYTES, readJsonAnswer } from '../shared/readAnswer';
import { NewRelicConfig } from './config';

const GRAPHQL = `query ($accountId: Int!, $query: Nrql!, $timeout: Seconds) {
  actor { account(id: $accountId) { nrql(query: $query, timeout: $timeout) { results } } }
}`;

const ADDRESSES: Readonly<Record<string, string>> = {
  us: 'https://api.newrelic.com/graphql',
  eu: 'https://api.eu.newrelic.com/graphql',
  staging: 'https://staging-api.newrelic.com/graphql',
};

/** Comes beside data of which what went wrong is null. */
const Failure = z.object({
  errors: z.array(z.object({ message: z.string() })).min(1),
});

const Answer = z.object({
  data: z.object({
    actor: z.object({
      account: z.object({
        nrql: z.object({ results: z.array(z.record(z.string(), z.json())) }),
      }),
    }),
  }),
});

/** Measures by a query in NRQL to New Relic. */
export const newRelicProvider = createMetricProvider({
  id: 'newRelic',
  description: 'Asks New Relic by a query in NRQL.',
  config: NewRelicConfig,
  describe: ({ query }) => ({ ResolvedNewRelicQuery: query }),
  async measure({ query, profile, timeout = 5 }, { http, secrets, signal }) {
    if (timeout < 0) {
      throw new Error('timeout value needs to be a positive value');
    }
    const account = await readAccount(
      await secrets.find(profile, 'installation'),
    );
    const response = await http.send({
      url: account.address,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'api-key': account.key },
      body: JSON.stringify({
        query: GRAPHQL,
        variables: { accountId: account.id, query, timeout: timeout || 5 },
      }),
      timeoutMs: ((timeout || 5) + 10) * 1_000,
      maxBytes: MAX_ANSWER_BYTES,
    });
    requireSuccess(response);
    const result = readRows(await readJsonAnswer(response, signal));
    return { kind: 'measured', result, value: printJson(result) };
  },
});

function readAccount(data: Record<string, string> | undefined) {
  const {
    'personal-api-key': key,
    'account-id': id,
    region = 'us',
    'base-url-nerdgraph': base,
  } = data ?? {};
  if (!key || !id) {
    throw new Error('account ID or personal API key not found');
  }
  if (!/^[0-9]+$/.test(id)) {
    throw new Error('could not parse account ID');
  }
  const address = base || ADDRESSES[region.toLowerCase() || 'us'];
  if (!address) {
    throw new Error(`there is no region '${region}' of New Relic`);
  }
  return { key, id: Number(id), address };
}

/** One row is a map, several are a list. @throws Error without any */
function readRows(json: JsonValue): JsonValue {
  const failure = Failure.safeParse(json);
  if (failure.success) {
    throw new Error(`New Relic: ${failure.data.errors[0].message}`);
  }
  const answer = Answer.safeParse(json);
  if (!answer.success) {
    throw new Error('New Relic answered something else than results');
  }
  const { results } = answer.data.data.actor.account.nrql;
  const [first] = results;
  const isEmpty =
    !first || (results.length === 1 && Object.keys(first).length === 0);
  if (isEmpty) {
    throw new Error('no results returned from NRQL query');
  }
  return results.length === 1 ? first : results;
}
