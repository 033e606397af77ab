import { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import {
  formatKey,
  KindName,
  KINDS,
  keyOf,
  LABELS,
  Resource,
  ResourceKey,
} from 'backstage-plugin-kargo-common';
import { isNotFoundError } from 'backstage-plugin-kargo-node';
import { tellProjectPolicies } from '../../logic/admission/projectPolicies';
import { anyKey } from '../../ports/kinds';
import { ManifestDocument, ManifestSource } from '../../ports/ManifestSource';
import { ResourceAdmission } from '../../ports/ResourceAdmission';
import { ResourceStore } from '../../ports/ResourceStore';
import {
  isConfigured,
  MANAGED_BY_LABEL,
  MANAGER,
} from '../kinds/shared/configured';
import { ManifestSets } from './ManifestSets';
import {
  isRequestKind,
  ModernDocument,
  modernDocuments,
} from './modernDocuments';

/** What waits to be deleted is told by so many names. */
const MOST_NAMED = 20;
const ACTOR = { actor: 'controller:manifests' };

/** What keeping manifests in sync needs. */
export interface ManifestSyncOptions {
  sources: ManifestSource[];
  /** Whether what is no longer in the sources is deleted. */
  prune: boolean;
  admission: ResourceAdmission;
  store: ResourceStore;
  /** What the replicas of this portal have. */
  sets: ManifestSets;
  logger: LoggerService;
}

/** What one pass did. */
export interface ManifestSyncReport {
  created: number;
  updated: number;
  unchanged: number;
  deleted: number;
  /** Why what is gone from the sources, or seems to be, was left alone, if it was. */
  pruneWaits?: { reason: string; resources: string[] };
  /** One message for every document or source that could not be applied. */
  problems: string[];
}

/**
 * Applies the configured manifests and keeps them in sync.
 *
 * @remarks
 * Every replica applies what it has itself. A document that fails is reported and does
 * not stop the others. Pruning waits until every source could be read and every document
 * applied, and until no replica has other manifests: what is missing because of a mistake,
 * or from an older version of the portal alone, must not be deleted. One document that cannot
 * be read may hold all that is missing, and one that is refused may be the same under another
 * name: as with other tools that prune, nothing is deleted while anything fails, and the log
 * names what waits. A source without any manifest is such a mistake: a folder that was not
 * mounted, a file that came to nothing.
 */
export class ManifestSync {
  static create(options: ManifestSyncOptions): ManifestSync {
    return new ManifestSync(options);
  }

  /** What the pass before has warned of. */
  private told: ReadonlySet<string> = new Set();

  private constructor(private readonly options: ManifestSyncOptions) {}

  async run(signal?: AbortSignal): Promise<ManifestSyncReport> {
    const report: ManifestSyncReport = {
      created: 0,
      updated: 0,
      unchanged: 0,
      deleted: 0,
      problems: [],
    };
    const read = await this.readAll(report, signal);
    const { empty } = read;
    const warnings = new Set<string>();
    const warn = (origin: string, warning: string) =>
      this.warn(origin, warning, warnings);
    const documents = modernDocuments(read.documents, warn);
    const keys = this.keysOf(documents);
    const brought = new Set(keys.map(formatKey));
    const set = await this.options.sets.announce(keys);
    const applied = new Set<string>();
    for (const document of documents) {
      signal?.throwIfAborted();
      const key = await this.apply(document, report, { warn, brought });
      if (key) {
        applied.add(formatKey(key));
      }
    }
    this.told = warnings;
    if (this.options.prune) {
      // What is kept by another name than its manifest has is among what was applied alone.
      const present =
        report.problems.length > 0
          ? new Set([...brought, ...applied])
          : applied;
      await this.prune({ present, set, empty }, report, signal);
    }
    this.log(report);
    return report;
  }

  /** All documents, Projects first: everything else needs them; and the sources without any. */
  private async readAll(
    report: ManifestSyncReport,
    signal: AbortSignal | undefined,
  ): Promise<{ documents: ManifestDocument[]; empty: string[] }> {
    const documents: ManifestDocument[] = [];
    const empty: string[] = [];
    for (const source of this.options.sources) {
      try {
        const found = await source.read({ signal });
        documents.push(...found);
        if (found.length === 0) {
          empty.push(source.name);
        }
      } catch (error) {
        signal?.throwIfAborted();
        report.problems.push(`${source.name}: ${toError(error).message}`);
      }
    }
    const rank = ({ manifest }: ManifestDocument) =>
      (manifest as { kind?: unknown } | undefined)?.kind === 'Project' ? 0 : 1;
    return { documents: documents.sort((a, b) => rank(a) - rank(b)), empty };
  }

  /** Logs a warning once, and not with every pass that comes to it. */
  private warn(origin: string, warning: string, warnings: Set<string>): void {
    const line = `${origin}\n${warning}`;
    if (!this.told.has(line)) {
      this.options.logger.warn('A configured manifest may surprise', {
        ...{ origin, warning },
      });
    }
    warnings.add(line);
  }

  private async apply(
    document: ModernDocument,
    report: ManifestSyncReport,
    {
      warn,
      brought,
    }: {
      warn: (origin: string, warning: string) => void;
      brought: ReadonlySet<string>;
    },
  ): Promise<ResourceKey | undefined> {
    const { admission } = this.options;
    const { origin, manifest, problem } = document;
    try {
      if (problem !== undefined) {
        throw new Error(problem);
      }
      if (document.yields && (await this.isOfOthers(manifest))) {
        const { namespace } = admission.keyOf(manifest);
        warn(origin, tellProjectPolicies(namespace, 'ignored'));
        return undefined;
      }
      if (document.warning) {
        warn(origin, document.warning);
      }
      const { action, resource } = await admission.replace(
        withLabel(manifest),
        { ...ACTOR, brought, warn: warning => warn(origin, warning) },
        { upsert: true },
      );
      report[action]++;
      return keyOf(resource);
    } catch (error) {
      report.problems.push(`${origin}: ${toError(error).message}`);
      return undefined;
    }
  }

  /** Whether somebody has made what a manifest names, and no configured manifest. */
  private async isOfOthers(manifest: unknown): Promise<boolean> {
    const { admission, store } = this.options;
    const stored = await store.find(anyKey(admission.keyOf(manifest)));
    return stored !== undefined && !isConfigured(stored);
  }

  /** What the documents are about; what is not even that much of a manifest is left out. */
  private keysOf(documents: readonly ManifestDocument[]): ResourceKey[] {
    return documents.flatMap(({ manifest, problem }) => {
      if (problem !== undefined) {
        return [];
      }
      try {
        return [this.options.admission.keyOf(manifest)];
      } catch {
        // Applying it will tell.
        return [];
      }
    });
  }

  private async prune(
    {
      present,
      set,
      empty,
    }: { present: ReadonlySet<string>; set: string; empty: string[] },
    report: ManifestSyncReport,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { sets } = this.options;
    // The list before the question: see ManifestSets.
    const gone = await this.listGone(present);
    const wait = (reason: string) => {
      if (gone.length > 0) {
        report.pruneWaits = { reason, resources: gone.map(formatKey) };
      }
    };
    const failed = report.problems.length;
    if (failed > 0) {
      wait(
        failed === 1
          ? 'a document or location failed; what seems gone may be in there'
          : `${failed} documents or locations failed; what seems gone may be in there`,
      );
      return;
    }
    if (gone.length > 0 && empty.length > 0) {
      wait(`there is no manifest at all in ${empty.join(' and ')}`);
      return;
    }
    const other = await sets.findOther(set);
    if (other) {
      wait(`a replica with other manifests was seen at ${other.seenAt}`);
      return;
    }
    for (const key of gone) {
      signal?.throwIfAborted();
      await this.delete(key, report);
    }
    await sets.keepOnly(set);
  }

  /**
   * What was applied once and is in no source any more, a Project after what is in it. What
   * earlier releases made of requests among the manifests is history, and stays.
   */
  private async listGone(present: ReadonlySet<string>): Promise<ResourceKey[]> {
    const gone: ResourceKey[] = [];
    const kinds = (Object.keys(KINDS) as KindName[]).reverse();
    for (const kind of kinds.filter(each => !isRequestKind(each))) {
      const { items } = await this.options.store.list(kind, {
        labels: [{ key: MANAGED_BY_LABEL, operator: 'In', values: [MANAGER] }],
      });
      gone.push(
        ...items
          .filter(item => !item.metadata.deletionTimestamp && !isCopy(item))
          .map(item => keyOf(item))
          .filter(key => !present.has(formatKey(key))),
      );
    }
    return gone;
  }

  private async delete(
    key: ResourceKey,
    report: ManifestSyncReport,
  ): Promise<void> {
    try {
      await this.options.admission.delete(key, ACTOR);
      report.deleted++;
    } catch (error) {
      // Deleting its owner has taken it along already.
      if (!isNotFoundError(error)) {
        report.problems.push(`${formatKey(key)}: ${toError(error).message}`);
      }
    }
  }

  private log(report: ManifestSyncReport): void {
    const { logger } = this.options;
    const { problems, pruneWaits, ...counts } = report;
    for (const problem of problems) {
      logger.warn('Failed to apply a configured manifest', { problem });
    }
    if (pruneWaits) {
      logger.info('Deleting what is gone from the manifests waits', {
        reason: pruneWaits.reason,
        count: pruneWaits.resources.length,
        resources: pruneWaits.resources.slice(0, MOST_NAMED),
      });
    }
    if (counts.created + counts.updated + counts.deleted > 0) {
      logger.info('Applied configured manifests', counts);
    }
  }
}

/** A copy of a shared object has its labels, and goes with it. */
function isCopy({ metadata }: Resource): boolean {
  return metadata.labels?.[LABELS.replicatedFrom] !== undefined;
}

function withLabel(manifest: unknown): unknown {
  if (typeof manifest !== 'object' || manifest === null) {
    return manifest;
  }
  const { metadata } = manifest as { metadata?: { labels?: object } };
  return {
    ...manifest,
    metadata: {
      ...metadata,
      labels: { ...metadata?.labels, [MANAGED_BY_LABEL]: MANAGER },
    },
  };
}
