import { IndexSelection } from '../../ports/ResourceIndex';
import { WatchEvent, WatchOptions } from '../../ports/ResourceStore';
import { Widget, WidgetStore } from './widgets';

/** A watch without its end, which the recorder decides. */
type RecordedWatch = Omit<WatchOptions, 'signal'> & IndexSelection;

/** Reads a watch of widgets in the background and hands out what it saw. */
export class WatchRecorder {
  readonly events: Array<WatchEvent<Widget>> = [];
  readonly #abort = new AbortController();
  readonly #reading: Promise<void>;
  #taken = 0;
  #onEvent?: () => void;
  #failure?: unknown;

  static start(store: WidgetStore, options: RecordedWatch = {}): WatchRecorder {
    return new WatchRecorder(store, options);
  }

  private constructor(store: WidgetStore, options: RecordedWatch) {
    const { signal } = this.#abort;
    this.#reading = this.#read(store.watch('Widget', { ...options, signal }));
  }

  /** Waits for the next events; each as `TYPE name`, a bookmark as its type alone. */
  async take(count: number): Promise<string[]> {
    const end = this.#taken + count;
    while (this.events.length < end) {
      if (this.#failure) {
        throw this.#failure;
      }
      await new Promise<void>(resolve => {
        this.#onEvent = resolve;
      });
    }
    const taken = this.events.slice(this.#taken, end);
    this.#taken = end;
    return taken.map(describeEvent);
  }

  /** Ends the watch and waits for its end. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#reading;
  }

  async #read(watch: AsyncIterable<WatchEvent<Widget>>): Promise<void> {
    try {
      for await (const event of watch) {
        this.events.push(event);
        this.#onEvent?.();
      }
    } catch (error) {
      this.#failure = error;
      this.#onEvent?.();
    }
  }
}

function describeEvent(event: WatchEvent<Widget>): string {
  return event.type === 'BOOKMARK'
    ? event.type
    : `${event.type} ${event.object.metadata.name}`;
}
