import {
  AnalysisRun,
  ReadSecret,
  secretRefs,
} from 'backstage-plugin-kargo-common';
import { redact } from 'backstage-plugin-kargo-node';
import { SYSTEM_NAMESPACE } from '../../logic/sharedNamespaces';
import { ResourceStore } from '../../ports/ResourceStore';
import { decodeSecretData } from '../expressions/fetchLookup';

/** What masked texts read, as Argo Rollouts masks them. */
const PLACEHOLDER = '*****';

/** Reads the Secrets of one AnalysisRun, and knows what must not show because of it. */
export class RunSecrets {
  /** Everything that was read. */
  readonly values = new Set<string>();

  static create(store: ResourceStore, run: AnalysisRun): RunSecrets {
    return new RunSecrets(store, run);
  }

  private constructor(
    private readonly store: ResourceStore,
    private readonly run: AnalysisRun,
  ) {}

  /**
   * Reads all that the arguments of the run refer to.
   *
   * @throws Error in the words of Argo Rollouts when something is not there
   */
  async reader(): Promise<ReadSecret> {
    const refs = secretRefs(this.run.spec.args ?? []);
    const found = new Map<string, Record<string, string> | undefined>();
    for (const { name } of refs) {
      if (!found.has(name)) {
        found.set(name, await this.load(this.project, name));
      }
    }
    const read: ReadSecret = (name, key) => {
      const data = found.get(name);
      if (!data) {
        throw new Error(`secrets "${name}" not found`);
      }
      if (!Object.hasOwn(data, key)) {
        throw new Error(`key '${key}' does not exist in secret '${name}'`);
      }
      return data[key];
    };
    refs.forEach(({ name, key }) => this.values.add(read(name, key)));
    return read;
  }

  /** The data of a Secret, of which from now on nothing shows. */
  async find(
    name: string,
    place: 'project' | 'installation',
  ): Promise<Record<string, string> | undefined> {
    const data = await this.load(
      place === 'project' ? this.project : SYSTEM_NAMESPACE,
      name,
    );
    Object.values(data ?? {}).forEach(value => this.values.add(value));
    return data;
  }

  async findData(
    kind: 'Secret' | 'ConfigMap',
    name: string,
  ): Promise<Record<string, string> | undefined> {
    if (kind === 'Secret') {
      return this.find(name, 'project');
    }
    const map = await this.store.find({ kind, namespace: this.project, name });
    return map && (map.data ?? {});
  }

  mask(value: string): void {
    this.values.add(value);
  }

  /** A text in which nothing secret shows. */
  masked(text: string): string {
    return redact(text, this.values, PLACEHOLDER);
  }

  private get project(): string {
    return this.run.metadata.namespace ?? '';
  }

  private async load(
    namespace: string,
    name: string,
  ): Promise<Record<string, string> | undefined> {
    const secret = await this.store.find({ kind: 'Secret', namespace, name });
    return secret && decodeSecretData(secret.data);
  }
}
