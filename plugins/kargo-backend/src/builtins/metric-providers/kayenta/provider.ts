import { JsonValue } from 'backstage-plugin-kargo-common';
import {
  createMetricProvider,
  HttpRequest,
  MetricContext,
  MetricOutcome,
} from 'backstage-plugin-kargo-node';
import { z } from 'zod';
import { parseDuration } from '../../../logic/analysis/scalars';
import { requireSuccess } from '../shared/requireSuccess';
import { MAX_ANSWER_BYTES, readJsonAnswer } from '../shared/readAnswer';
import { KayentaConfig, ParsedKayentaConfig } from './config';

const TIMEOUT_MS = 15_000;
const LOOK_AGAIN_MS = 15_000;
/** Where a measurement remembers what it waits for. */
const EXECUTION = 'canaryExecutionId';

const Configs = z.array(z.object({ id: z.string(), name: z.string() }));
const Started = z.object({ canaryExecutionId: z.string().min(1) });
const State = z.object({
  complete: z.boolean().default(false),
  status: z.string(),
  result: z
    .object({
      judgeResult: z.object({
        score: z.object({ score: z.number() }),
      }),
    })
    .nullish(),
});

/** Measures by an analysis of Kayenta; conditions do not matter to it. */
export const kayentaProvider = createMetricProvider({
  id: 'kayenta',
  description: 'Has Kayenta compare an experiment with a control.',
  config: KayentaConfig,
  async measure(config, context) {
    const id = await findConfig(config, context);
    const query = new URLSearchParams({
      application: config.application,
      metricsAccountName: config.metricsAccountName,
      configurationAccountName: config.configurationAccountName,
      storageAccountName: config.storageAccountName,
    });
    const started = await ask(
      config,
      `/canary/${encodeURIComponent(id)}?${query}`,
      context,
      Started,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          scopes: buildScopes(config, context),
          thresholds: config.threshold,
        }),
      },
    );
    return {
      kind: 'waiting',
      checkAgainInMs: LOOK_AGAIN_MS,
      metadata: { [EXECUTION]: started.canaryExecutionId },
    };
  },
  async resume(config, context, { metadata }) {
    const id = metadata?.[EXECUTION];
    if (!id) {
      throw new Error('the measurement does not know its canaryExecutionId');
    }
    const query = new URLSearchParams({
      storageAccountName: config.storageAccountName,
    });
    const state = await ask(
      config,
      `/canary/${encodeURIComponent(id)}?${query}`,
      context,
      State,
    );
    return judge(state, config);
  },
});

/** Upstream names the account of the storage here, too. */
async function findConfig(
  config: ParsedKayentaConfig,
  context: MetricContext,
): Promise<string> {
  const query = new URLSearchParams({
    application: config.application,
    configurationAccountName: config.storageAccountName,
  });
  const known = await ask(config, `/canaryConfig?${query}`, context, Configs);
  const found = known.find(({ name }) => name === config.canaryConfigName);
  if (!found) {
    throw new Error(
      `Kayenta has no canary config '${config.canaryConfigName}' of application '${config.application}'`,
    );
  }
  return found.id;
}

function buildScopes(
  { scopes, lookback }: ParsedKayentaConfig,
  { analysisRun, metric, now }: MetricContext,
): Record<string, JsonValue> {
  const end = toTime(now());
  const start =
    lookback && analysisRun.startedAt
      ? analysisRun.startedAt
      : toTime(now() - parseDuration(metric.interval || '0'));
  return Object.fromEntries(
    scopes.map(({ name, ...both }) => {
      for (const field of ['start', 'end'] as const) {
        if (!both.controlScope[field] !== !both.experimentScope[field]) {
          throw new Error(
            `scope '${name}': set ${field} of controlScope and experimentScope, or of neither`,
          );
        }
      }
      const complete = ({ region, ...scope }: typeof both.controlScope) => ({
        ...scope,
        // As Kayenta calls it.
        location: region,
        start: scope.start || start,
        end: scope.end || end,
      });
      return [
        name,
        {
          controlScope: complete(both.controlScope),
          experimentScope: complete(both.experimentScope),
        },
      ];
    }),
  );
}

function toTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

function judge(
  { complete, status, result }: z.output<typeof State>,
  { threshold }: ParsedKayentaConfig,
): MetricOutcome {
  if (!complete) {
    return { kind: 'waiting', checkAgainInMs: LOOK_AGAIN_MS };
  }
  if (status.toLowerCase() !== 'succeeded' || !result) {
    throw new Error(`Kayenta ended with the status '${status}'`);
  }
  const score = Math.trunc(result.judgeResult.score.score);
  const value = `${score}`;
  if (score >= threshold.pass) {
    return { kind: 'judged', phase: 'Successful', value };
  }
  return score >= threshold.marginal
    ? { kind: 'judged', phase: 'Inconclusive', value }
    : { kind: 'judged', phase: 'Failed', value };
}

async function ask<T>(
  { address }: ParsedKayentaConfig,
  path: string,
  { http, signal }: MetricContext,
  schema: z.ZodType<T>,
  request: Partial<HttpRequest> = {},
): Promise<T> {
  const response = await http.send({
    ...request,
    url: `${address.replace(/\/+$/, '')}${path}`,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  });
  requireSuccess(response);
  const parsed = schema.safeParse(await readJsonAnswer(response, signal));
  if (!parsed.success) {
    throw new Error(`Kayenta answered ${path.split('?')[0]} unlike its API`);
  }
  return parsed.data;
}
