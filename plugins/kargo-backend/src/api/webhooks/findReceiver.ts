import { timingSafeEqual } from 'node:crypto';
import {
  ClusterConfig,
  ConfigStatus,
  ProjectConfig,
} from 'backstage-plugin-kargo-common';
import { AnyWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import {
  receiverSecretName,
  resolveReceiver,
  ServedReceiver,
} from '../../logic/webhooks/resolveReceiver';
import { IndexedStore } from '../../ports/ResourceIndex';

/** A receiver, and whose it is. */
export interface FoundReceiver {
  name: string;
  type: string;
  /** Empty for a receiver of the installation, which may refresh what is in any project. */
  project: string;
  /** Absent when its Secret is gone or it cannot be served any more, and why. */
  served: ServedReceiver | { problem: string };
}

/**
 * The receiver at a path: of the one project that has it, else of the installation.
 *
 * @remarks
 * The status tells where to look, and what decides is the Secret as it is now: an address
 * whose secret has been replaced leads nowhere, also before the status says so.
 */
export async function findReceiver(
  store: IndexedStore,
  types: ReadonlyMap<string, AnyWebhookReceiverType>,
  path: string,
): Promise<FoundReceiver | undefined> {
  const { items } = await store.list('ProjectConfig', {
    index: { name: 'receiverPath', value: path },
    limit: 2,
  });
  // What several projects have is nobody's: no request may reach a project by chance.
  const config =
    items.length === 1
      ? items[0]
      : await store.find({
          kind: 'ClusterConfig',
          namespace: '',
          name: 'cluster',
        });
  const entry = config && findByPath(config.status, path);
  const receiver = config?.spec.webhookReceivers?.find(
    ({ name }) => name === entry?.name,
  );
  if (!config || !receiver) {
    return undefined;
  }
  const project = projectOf(config);
  const namespace = project || SYSTEM_NAMESPACE;
  const secretName = receiverSecretName(receiver);
  const secret =
    secretName === undefined
      ? undefined
      : await store.find({ kind: 'Secret', namespace, name: secretName });
  const resolution = resolveReceiver(receiver, {
    ...{ types, secret, namespace, project },
  });
  const [type] = Object.keys(receiver).filter(key => key !== 'name');
  const found = { name: receiver.name, type, project };
  if (resolution.kind === 'broken') {
    return { ...found, served: { problem: resolution.problem } };
  }
  return isSamePath(resolution.receiver.path, path)
    ? { ...found, served: resolution.receiver }
    : undefined;
}

function findByPath(status: ConfigStatus | undefined, path: string) {
  return status?.webhookReceivers?.find(receiver => receiver.path === path);
}

function projectOf(config: ProjectConfig | ClusterConfig): string {
  return config.kind === 'ProjectConfig' ? config.metadata.namespace ?? '' : '';
}

function isSamePath(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
