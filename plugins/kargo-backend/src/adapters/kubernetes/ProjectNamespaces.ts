import { CoreV1Api } from '@kubernetes/client-node';
import { LABELS } from 'backstage-plugin-kargo-common';
import { ClusterConnection } from './ClusterConnection';

/** In which namespaces of a cluster something is made for Projects. */
export interface ProjectNamespacesOptions {
  connection: ClusterConnection;
  core: CoreV1Api;
  /** That of all Projects; the one with the Project's name when absent. */
  namespace?: string;
  /** What is made there, for messages, such as `jobs`. */
  what: string;
}

/**
 * The namespaces of Projects in a cluster.
 *
 * @remarks A Project may have any name, and so that of a namespace that has nothing to do
 * with it: only those that are marked as a Project's, as Kargo marks them, are used.
 */
export class ProjectNamespaces {
  static create(options: ProjectNamespacesOptions): ProjectNamespaces {
    return new ProjectNamespaces(options);
  }

  private constructor(private readonly options: ProjectNamespacesOptions) {}

  /** The namespace of a Project. */
  of(project: string): string {
    return this.options.namespace ?? project;
  }

  /** @throws Error when the namespace of a Project is not there or not for it */
  async demand(project: string, signal: AbortSignal): Promise<void> {
    const { connection, core, namespace, what } = this.options;
    if (namespace) {
      return;
    }
    const found = await connection.find(
      `get namespace "${project}"`,
      signal,
      options => core.readNamespace({ name: project }, options),
    );
    if (found?.metadata?.labels?.[LABELS.project] !== 'true') {
      throw new Error(
        found
          ? `namespace "${project}" of the cluster is not labelled ${LABELS.project}=true, so no ${what} run in it`
          : `the cluster has no namespace "${project}" to run ${what} in`,
      );
    }
  }
}
