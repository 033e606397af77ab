import {
  ClusterConfig,
  ConfigStatus,
  ProjectConfig,
} from 'backstage-plugin-kargo-common';
import { AnyWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { inTurns } from '../../../foreign/inTurns';
import { SYSTEM_NAMESPACE } from '../../../logic/sharedNamespaces';
import {
  receiverProblems,
  receiverSecretName,
  resolveReceiver,
} from '../../../logic/webhooks/resolveReceiver';
import { ResourceStore } from '../../../ports/ResourceStore';

/** The receivers of a config, and what is wrong with them. */
export interface ResolvedReceivers {
  served: NonNullable<ConfigStatus['webhookReceivers']>;
  /** One sentence each. */
  problems: string[];
}

/**
 * Finds the addresses of the receivers of a config. One that is broken keeps no other from
 * being served.
 */
export async function resolveReceivers(
  config: ProjectConfig | ClusterConfig,
  services: {
    store: ResourceStore;
    types: ReadonlyMap<string, AnyWebhookReceiverType>;
    /** Of the plugin, as the world reaches it. */
    baseURL: string;
  },
): Promise<ResolvedReceivers> {
  const project = config.metadata.namespace ?? '';
  const namespace = project || SYSTEM_NAMESPACE;
  const served: ResolvedReceivers['served'] = [];
  const problems: string[] = [];
  for (const receiver of config.spec.webhookReceivers ?? []) {
    const name = receiverSecretName(receiver);
    const secret =
      name === undefined
        ? undefined
        : await services.store.find({ kind: 'Secret', namespace, name });
    const resolution = resolveReceiver(receiver, {
      types: services.types,
      ...{ secret, namespace, project },
    });
    if (resolution.kind === 'served') {
      const { path } = resolution.receiver;
      served.push({
        name: receiver.name,
        path,
        url: `${services.baseURL}${path}`,
      });
      problems.push(...(await inTurns(receiverProblems(resolution.receiver))));
    } else {
      problems.push(resolution.problem);
    }
  }
  return { served, problems };
}
