import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import { join } from 'node:path';
import { createGitProgram } from '../adapters/git/process/gitEnvironment';
import { assertUsable } from '../adapters/git/process/runGit';
import { GitMirrors } from '../adapters/git/mirrors/GitMirrors';
import { GitWorkingTreesCli } from '../adapters/git/worktrees/GitWorkingTreesCli';
import { HelmRepository } from '../adapters/helm/HelmRepository';
import { compileEgressPolicy } from '../adapters/http/EgressPolicy';
import { UndiciHttpClient } from '../adapters/http/UndiciHttpClient';
import { OciRegistry } from '../adapters/oci/OciRegistry';
import { builtinSteps } from '../builtins/steps';
import { createChartSubscription } from '../builtins/subscriptions/chart/subscription';
import { createGitSubscription } from '../builtins/subscriptions/git/subscription';
import { createImageSubscription } from '../builtins/subscriptions/image/subscription';
import { compileCommitFilter } from '../expressions/commitFilter';
import { Clock } from '../ports/Clock';
import { Registries } from './buildRegistries';
import { KargoConfig } from './readConfig';

/** What the built-ins are built from. */
export interface BuildBuiltinsOptions {
  config: KargoConfig;
  clock: Clock;
  random: () => number;
  http: UndiciHttpClient;
  logger: LoggerService;
}

/** Adds the built-in steps and subscription types to what extensions have added. */
export function addBuiltins(
  registries: Registries,
  options: BuildBuiltinsOptions,
): void {
  const { config, clock, random, http, logger } = options;
  const program = createGitProgram({
    path: config.git.path,
    egress: compileEgressPolicy(config.egress),
  });
  // Whoever needs git is told so; everything else works without.
  assertUsable(program).catch(error =>
    logger.error('Git cannot be used', toError(error)),
  );
  const registry = OciRegistry.create({
    http,
    clock,
    random,
    maxPerSecond: config.discovery.registryRequestsPerSecond,
    plainHttpHosts: config.discovery.plainHttpRegistries,
  });
  registries.steps.add(
    ...builtinSteps({
      workingTrees: GitWorkingTreesCli.create({ program, clock, random }),
      http,
      pushIntegrationPolicy: config.git.pushIntegrationPolicy,
    }),
  );
  registries.subscriptionTypes.add(
    createImageSubscription({
      registry,
      cacheByTagPolicy: config.discovery.cacheByTagPolicy,
    }),
    createGitSubscription({
      history: GitMirrors.create({
        program,
        cacheDir: join(config.workingDirectory, 'mirrors'),
        now: () => clock.now(),
      }),
      compileFilter: compileCommitFilter,
    }),
    createChartSubscription({
      charts: HelmRepository.create({ http, clock }),
      registry,
    }),
  );
}
