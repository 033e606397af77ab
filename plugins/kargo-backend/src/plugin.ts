import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  actionsRegistryServiceRef,
  metricsServiceRef,
  tracingServiceRef,
} from '@backstage/backend-plugin-api/alpha';
import { catalogServiceRef } from '@backstage/plugin-catalog-node';
import { eventsServiceRef } from '@backstage/plugin-events-node';
import {
  kargoCredentialsExtensionPoint,
  kargoHealthCheckersExtensionPoint,
  kargoMetricProvidersExtensionPoint,
  kargoPullRequestsExtensionPoint,
  kargoStepsExtensionPoint,
  kargoSubscriptionsExtensionPoint,
  kargoWebhookReceiversExtensionPoint,
} from 'backstage-plugin-kargo-node';
import { createRegistries } from './wiring/buildRegistries';
import { readConfig } from './wiring/readConfig';
import { findUnknownKeys } from './wiring/unknownKeys';
import { startKargo } from './wiring/startKargo';

/**
 * Runs Kargo's continuous promotion in the portal.
 *
 * @public
 */
export const kargoPlugin = createBackendPlugin({
  pluginId: 'kargo',
  register(env) {
    const registries = createRegistries();
    env.registerExtensionPoint(kargoStepsExtensionPoint, {
      addSteps: (...steps) => registries.steps.add(...steps),
    });
    env.registerExtensionPoint(kargoSubscriptionsExtensionPoint, {
      addSubscriptionTypes: (...types) =>
        registries.subscriptionTypes.add(...types),
    });
    env.registerExtensionPoint(kargoCredentialsExtensionPoint, {
      addCredentialProviders: (...providers) =>
        registries.credentialProviders.add(...providers),
    });
    env.registerExtensionPoint(kargoHealthCheckersExtensionPoint, {
      addHealthCheckers: (...checkers) =>
        registries.healthCheckers.add(...checkers),
    });
    env.registerExtensionPoint(kargoMetricProvidersExtensionPoint, {
      addMetricProviders: (...providers) =>
        registries.metricProviders.add(...providers),
    });
    env.registerExtensionPoint(kargoPullRequestsExtensionPoint, {
      addPullRequestProviders: (...providers) =>
        registries.pullRequestProviders.add(...providers),
    });
    env.registerExtensionPoint(kargoWebhookReceiversExtensionPoint, {
      addWebhookReceiverTypes: (...types) =>
        registries.receiverTypes.add(...types),
    });
    env.registerInit({
      deps: {
        actionsRegistry: actionsRegistryServiceRef,
        auditor: coreServices.auditor,
        auth: coreServices.auth,
        catalog: catalogServiceRef,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        lifecycle: coreServices.lifecycle,
        logger: coreServices.logger,
        metrics: metricsServiceRef,
        permissions: coreServices.permissions,
        permissionsRegistry: coreServices.permissionsRegistry,
        scheduler: coreServices.scheduler,
        tracing: tracingServiceRef,
        urlReader: coreServices.urlReader,
        userInfo: coreServices.userInfo,
      },
      async init(services) {
        for (const told of findUnknownKeys(services.config)) {
          services.logger.warn(told);
        }
        await startKargo({
          ...services,
          config: readConfig(services.config),
          rootConfig: services.config,
          registries,
        });
      },
    });
  },
});
