import { OperationId, Project } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';
import { Access } from '../server/Access';
import { isToldOf } from './isToldOf';

/** Where projects are read, and for whom. */
export interface ReadableProjectsOptions {
  store: IndexedStore;
  access: Pick<Access, 'mayReadAll' | 'decideByRules'>;
  /** The operation that would tell the same of one project. */
  toldBy: OperationId;
}

/** In which projects a caller would be told something, as far as that was asked. */
export class ReadableProjects {
  readonly #known = new Map<string, Promise<boolean>>();

  static create(options: ReadableProjectsOptions): ReadableProjects {
    return new ReadableProjects(options);
  }

  private constructor(private readonly options: ReadableProjectsOptions) {}

  /**
   * What lies in them.
   *
   * @param projectOf - the name of the project in which an item lies
   */
  async pick<T>(
    found: readonly T[],
    projectOf: (item: T) => string,
  ): Promise<T[]> {
    const names = [...new Set(found.map(projectOf))];
    const unknown = names.filter(name => !this.#known.has(name));
    if (unknown.length > 0) {
      const readable = this.#ask(unknown);
      for (const name of unknown) {
        this.#known.set(
          name,
          readable.then(all => all.has(name)),
        );
      }
    }
    const mayRead = await Promise.all(
      found.map(item => this.#known.get(projectOf(item))),
    );
    return found.filter((_, index) => mayRead[index]);
  }

  async #ask(names: string[]): Promise<ReadonlySet<string>> {
    const { store, access, toldBy } = this.options;
    const { items: projects } = await store.list('Project', { names });
    const verdicts = await access.mayReadAll(projects);
    return new Set(
      projects
        .filter((_, index) => verdicts[index])
        .map(({ metadata }: Project) => metadata.name)
        .filter(name => isToldOf(access, name, [toldBy])),
    );
  }
}
