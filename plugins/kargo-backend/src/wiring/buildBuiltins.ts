import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { GitProgram } from '../adapters/git/process/gitEnvironment';
import { assertUsable } from '../adapters/git/process/runGit';
import { HelmRepository } from '../adapters/helm/HelmRepository';
import { UndiciHttpClient } from '../adapters/http/UndiciHttpClient';
import { OciRegistry } from '../adapters/oci/OciRegistry';
import { createArgoCdHealthChecker } from '../builtins/health-checkers/argocd-update/checker';
import { builtinMetricProviders } from '../builtins/metric-providers';
import { builtinPullRequestProviders } from '../builtins/pull-request-hosts';
import { builtinReceivers } from '../builtins/receivers';
import { builtinSteps } from '../builtins/steps';
import { createChartSubscription } from '../builtins/subscriptions/chart/subscription';
import { createGitSubscription } from '../builtins/subscriptions/git/subscription';
import { createImageSubscription } from '../builtins/subscriptions/image/subscription';
import { compileCommitFilter } from '../expressions/commitFilter';
import {
  judgeWebhook,
  problemOfWebhookCondition,
  problemOfWebhookTemplate,
  renderWebhook,
  webhookBudget,
} from '../expressions/webhookScope';
import { ArgoCds } from '../ports/ArgoCd';
import { AnalysisJobs } from '../ports/AnalysisJobs';
import { Clock } from '../ports/Clock';
import { GitHistory } from '../ports/GitClient';
import { JobRunner } from '../ports/JobRunner';
import { WebhookExpressions } from '../ports/WebhookExpressions';
import { Registries } from './buildRegistries';
import { KargoConfig } from './readConfig';

/** What the built-ins are built from. */
export interface BuildBuiltinsOptions {
  config: KargoConfig;
  argoCds: ArgoCds;
  clock: Clock;
  random: () => number;
  http: UndiciHttpClient;
  git: GitProgram;
  gitHistory: GitHistory;
  jobs: AnalysisJobs;
  jobRunner: JobRunner;
  logger: LoggerService;
}

/** Adds the built-in steps, health checkers, hosts, receivers, subscription types and metric providers to what extensions have added. */
export function addBuiltins(
  registries: Registries,
  options: BuildBuiltinsOptions,
): void {
  const { config, clock, random, http, git, logger } = options;
  // Whoever needs git is told so; everything else works without.
  assertUsable(git).catch(error =>
    logger.error('Git cannot be used', toError(error)),
  );
  const registry = OciRegistry.create({
    http,
    clock,
    random,
    maxPerSecond: config.discovery.registryRequestsPerSecond,
    plainHttpHosts: config.discovery.plainHttpRegistries,
  });
  registries.steps.add(...builtinSteps);
  registries.pullRequestProviders.add(...builtinPullRequestProviders);
  registries.receiverTypes.add(
    ...builtinReceivers(buildWebhookExpressions(clock)),
  );
  registries.healthCheckers.add(createArgoCdHealthChecker(options.argoCds));
  registries.metricProviders.add(
    ...builtinMetricProviders({
      jobs: options.jobs,
      runner: options.jobRunner,
      environment: process.env,
    }),
  );
  registries.subscriptionTypes.add(
    createImageSubscription({
      registry,
      cacheByTagPolicy: config.discovery.cacheByTagPolicy,
    }),
    createGitSubscription({
      history: options.gitHistory,
      compileFilter: compileCommitFilter,
    }),
    createChartSubscription({
      charts: HelmRepository.create({ http, clock }),
      registry,
    }),
  );
}

/** The expressions of generic webhook receivers. */
export function buildWebhookExpressions(
  clock: Pick<Clock, 'now'>,
): WebhookExpressions {
  return {
    problemOfCondition: problemOfWebhookCondition,
    problemOfTemplate: problemOfWebhookTemplate,
    open(request, body) {
      const budget = webhookBudget();
      const nowMs = clock.now();
      return parameters => {
        const scope = { request, body, parameters, nowMs, budget };
        return {
          judge: expression => judgeWebhook(expression, scope),
          render: (template, place) => renderWebhook(template, scope, place),
        };
      };
    },
  };
}
