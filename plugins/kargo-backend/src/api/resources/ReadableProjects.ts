import { Project } from 'backstage-plugin-kargo-common';
import { IndexedStore } from '../../ports/ResourceIndex';

/** Where projects are read, and who decides. */
export interface ReadableProjectsOptions {
  store: IndexedStore;
  /** One answer per project, in the same order. */
  mayRead(projects: Project[]): Promise<boolean[]>;
}

/** Which projects a caller may read, as far as that was asked. */
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
    const { store, mayRead } = this.options;
    const { items: projects } = await store.list('Project', { names });
    const verdicts = await mayRead(projects);
    return new Set(
      projects
        .filter((_, index) => verdicts[index])
        .map(({ metadata }) => metadata.name),
    );
  }
}
