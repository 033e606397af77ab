import { createExtensionPoint } from '@backstage/backend-plugin-api';
import { CredentialProvider } from './contracts/credential';
import { HealthChecker } from './contracts/healthChecker';
import { AnyMetricProvider } from './contracts/metricProvider';
import { PullRequestProvider } from './contracts/pullRequests';
import { AnyWebhookReceiverType } from './contracts/receiver';
import { AnyStep } from './contracts/step';
import { AnySubscriptionType } from './contracts/subscription';

/** Adds promotion steps. @public */
export interface KargoStepsExtensionPoint {
  /** @throws Error when a step of that id exists, or one does not say what it does with the folder. */
  addSteps(...steps: AnyStep[]): void;
}
/** @public */
export const kargoStepsExtensionPoint =
  createExtensionPoint<KargoStepsExtensionPoint>({ id: 'kargo.steps' });

/** Adds subscription types. @public */
export interface KargoSubscriptionsExtensionPoint {
  /** @throws Error when a type of that id exists. */
  addSubscriptionTypes(...types: AnySubscriptionType[]): void;
}
/** @public */
export const kargoSubscriptionsExtensionPoint =
  createExtensionPoint<KargoSubscriptionsExtensionPoint>({
    id: 'kargo.subscriptions',
  });

/** Adds credential providers, asked before the built-in ones. @public */
export interface KargoCredentialsExtensionPoint {
  /** @throws Error when a provider of that id exists. */
  addCredentialProviders(...providers: CredentialProvider[]): void;
}
/** @public */
export const kargoCredentialsExtensionPoint =
  createExtensionPoint<KargoCredentialsExtensionPoint>({
    id: 'kargo.credentials',
  });

/** Adds what performs the health checks that steps ask for. @public */
export interface KargoHealthCheckersExtensionPoint {
  /** @throws Error when a checker of that id exists. */
  addHealthCheckers(...checkers: HealthChecker[]): void;
}
/** @public */
export const kargoHealthCheckersExtensionPoint =
  createExtensionPoint<KargoHealthCheckersExtensionPoint>({
    id: 'kargo.health-checkers',
  });

/** Adds what measures for AnalysisTemplates. @public */
export interface KargoMetricProvidersExtensionPoint {
  /** @throws Error when a provider of that id exists. */
  addMetricProviders(...providers: AnyMetricProvider[]): void;
}
/** @public */
export const kargoMetricProvidersExtensionPoint =
  createExtensionPoint<KargoMetricProvidersExtensionPoint>({
    id: 'kargo.metric-providers',
  });

/** Adds hosts of pull requests, asked before the built-in ones. @public */
export interface KargoPullRequestsExtensionPoint {
  /** @throws Error when a provider of that id exists. */
  addPullRequestProviders(...providers: PullRequestProvider[]): void;
}
/** @public */
export const kargoPullRequestsExtensionPoint =
  createExtensionPoint<KargoPullRequestsExtensionPoint>({
    id: 'kargo.pull-requests',
  });

/** Adds types of webhook receivers. @public */
export interface KargoWebhookReceiversExtensionPoint {
  /** @throws Error when a type of that id exists. */
  addWebhookReceiverTypes(...types: AnyWebhookReceiverType[]): void;
}
/** @public */
export const kargoWebhookReceiversExtensionPoint =
  createExtensionPoint<KargoWebhookReceiversExtensionPoint>({
    id: 'kargo.webhook-receivers',
  });
