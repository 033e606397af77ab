import {
  AnyMetricProvider,
  AnyStep,
  AnySubscriptionType,
  AnyWebhookReceiverType,
  assertStepDeclared,
  CredentialProvider,
  HealthChecker,
  PullRequestProvider,
} from 'backstage-plugin-kargo-node';

/** Things by id, filled by the built-ins and by extensions. */
class Registry<T extends { readonly id: string }> {
  private readonly items = new Map<string, T>();

  /** @param check - throws when an item cannot be taken */
  constructor(
    private readonly what: string,
    private readonly check: (item: T) => void = () => {},
  ) {}

  /** @throws Error when an item cannot be taken, or one of its id exists. */
  add(...added: T[]): void {
    for (const item of added) {
      this.check(item);
      if (this.items.has(item.id)) {
        throw new Error(
          `A ${this.what} with the id '${item.id}' exists already`,
        );
      }
      this.items.set(item.id, item);
    }
  }

  get byId(): ReadonlyMap<string, T> {
    return this.items;
  }

  get all(): T[] {
    return [...this.items.values()];
  }
}

/** What extensions may add to. */
export interface Registries {
  steps: Registry<AnyStep>;
  subscriptionTypes: Registry<AnySubscriptionType>;
  credentialProviders: Registry<CredentialProvider>;
  healthCheckers: Registry<HealthChecker>;
  metricProviders: Registry<AnyMetricProvider>;
  pullRequestProviders: Registry<PullRequestProvider>;
  receiverTypes: Registry<AnyWebhookReceiverType>;
}

/** Empty registries; built-ins are added when the plugin starts. */
export function createRegistries(): Registries {
  return {
    steps: new Registry<AnyStep>('promotion step', assertStepDeclared),
    subscriptionTypes: new Registry('subscription type'),
    credentialProviders: new Registry('credential provider'),
    healthCheckers: new Registry('health checker'),
    metricProviders: new Registry('metric provider'),
    pullRequestProviders: new Registry('provider of pull requests'),
    receiverTypes: new Registry('type of webhook receiver'),
  };
}
