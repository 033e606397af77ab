import { Readable } from 'node:stream';
import { AuthService, DiscoveryService } from '@backstage/backend-plugin-api';
import { DocumentCollatorFactory } from '@backstage/plugin-search-common';
import {
  isKargoRequestError,
  KARGO_SEARCH_TYPE,
  KargoApi,
  kargoProjectReadPermission,
  KargoSearchDocument,
  PageQuery,
  Project,
  ResourceList,
  ungroupedFreight,
} from 'backstage-plugin-kargo-common';
import { connectKargo } from 'backstage-plugin-kargo-node';
import { KargoDocuments } from './documents';

/** What is read at a time: a page of Stages takes a few milliseconds to parse. */
const PAGE_SIZE = 100;

/** What a collator works with. */
export interface KargoCollatorOptions {
  auth: AuthService;
  discovery: DiscoveryService;
  /** How many pieces of Freight of each project. */
  newestFreight: number;
  /** Where Kargo's page is in the app, without a slash at its end. */
  pagePath: string;
}

/**
 * Reads what the search is to know of Kargo, page by page, as the portal itself.
 *
 * @remarks
 * Everything belongs to a project, and is found by whoever may read that.
 */
export class KargoCollatorFactory implements DocumentCollatorFactory {
  readonly type = KARGO_SEARCH_TYPE;
  readonly visibilityPermission = kargoProjectReadPermission;
  private readonly documents: KargoDocuments;

  static create(options: KargoCollatorOptions): KargoCollatorFactory {
    return new KargoCollatorFactory(options);
  }

  private constructor(private readonly options: KargoCollatorOptions) {
    this.documents = KargoDocuments.create(options.pagePath);
  }

  /** A stream of `KargoSearchDocument`. */
  async getCollator(): Promise<Readable> {
    return Readable.from(this.collate());
  }

  private async *collate(): AsyncGenerator<KargoSearchDocument> {
    const kargo = await connectKargo(this.options);
    for await (const project of listProjects(kargo)) {
      yield this.documents.project(project);
      try {
        yield* this.collateProject(kargo, project.metadata.name);
      } catch (error) {
        // It was deleted meanwhile.
        if (!isKargoRequestError(error, 404)) throw error;
      }
    }
  }

  private async *collateProject(
    kargo: KargoApi,
    project: string,
  ): AsyncGenerator<KargoSearchDocument> {
    const { newestFreight: newest } = this.options;
    for await (const stages of inPages(page =>
      kargo.listStages({ project, ...page }),
    )) {
      yield* stages.map(stage => this.documents.stage(stage));
    }
    for await (const warehouses of inPages(page =>
      kargo.listWarehouses({ project, ...page }),
    )) {
      yield* warehouses.map(warehouse => this.documents.warehouse(warehouse));
    }
    const freight = await kargo.queryFreight({ project, newest });
    yield* ungroupedFreight(freight).map(each => this.documents.freight(each));
  }
}

/** All projects; what is made or deleted meanwhile may be missing until the next time. */
async function* listProjects(kargo: KargoApi): AsyncGenerator<Project> {
  for (let page = 0; ; page++) {
    const { items, total } = await kargo.listProjects({
      pageSize: PAGE_SIZE,
      page,
    });
    yield* items;
    if (items.length === 0 || (page + 1) * PAGE_SIZE >= total) return;
  }
}

async function* inPages<T>(
  list: (page: PageQuery) => Promise<ResourceList<T>>,
): AsyncGenerator<T[]> {
  let next: string | undefined;
  do {
    const { items, metadata } = await list({
      limit: PAGE_SIZE,
      ...(next !== undefined && { continue: next }),
    });
    yield items;
    next = metadata.continue;
  } while (next !== undefined);
}
