import {
  MetricAttributes,
  MetricsService,
} from '@backstage/backend-plugin-api/alpha';

/** A value that a metric was told, with what it was told of. */
export interface RecordedValue {
  value: number;
  attributes: MetricAttributes;
}

type Observation = Parameters<
  ReturnType<MetricsService['createObservableGauge']>['addCallback']
>[0];

/** A metrics service that a test reads. */
export class RecordingMetrics implements MetricsService {
  readonly #values = new Map<string, RecordedValue[]>();
  readonly #observations = new Map<string, Set<Observation>>();

  /** What a metric was told so far, in its order. */
  valuesOf(name: string): RecordedValue[] {
    return this.#values.get(name) ?? [];
  }

  /** What a metric says that tells only when it is asked. */
  async collect(name: string): Promise<RecordedValue[]> {
    const collected: RecordedValue[] = [];
    for (const observation of this.#observations.get(name) ?? []) {
      await observation({
        observe: (value, attributes = {}) =>
          collected.push({ value, attributes }),
      });
    }
    return collected;
  }

  createCounter = (name: string) => ({ add: this.#recorder(name) });
  createUpDownCounter = this.createCounter;
  createHistogram = (name: string) => ({ record: this.#recorder(name) });
  createGauge = this.createHistogram;
  createObservableGauge = (name: string) => {
    const observations = new Set<Observation>();
    this.#observations.set(name, observations);
    return {
      addCallback: (observation: Observation) => {
        observations.add(observation);
      },
      removeCallback: (observation: Observation) => {
        observations.delete(observation);
      },
    };
  };
  createObservableCounter = this.createObservableGauge;
  createObservableUpDownCounter = this.createObservableGauge;

  #recorder(name: string) {
    const values = this.#values.get(name) ?? [];
    this.#values.set(name, values);
    return (value: number, attributes: MetricAttributes = {}) => {
      values.push({ value, attributes });
    };
  }
}
