import {
  SecretReference,
  SecretText,
  StepSecrets,
} from 'backstage-plugin-kargo-node';
import { readableData } from '../../expressions/lookups';
import { CapabilityScope } from '../../ports/CapabilityFactories';
import { fetchLookup, LookupSource } from '../expressions/fetchLookup';

/** Secrets that a Promotion may read, whose values are masked from then on. */
export class PromotionSecrets implements StepSecrets {
  constructor(
    private readonly source: LookupSource,
    private readonly scope: Pick<CapabilityScope, 'project' | 'keepSecret'>,
  ) {}

  async find({
    name,
    shared = false,
  }: SecretReference): Promise<Record<string, SecretText> | undefined> {
    const place = shared ? 'shared' : 'project';
    const data = readableData(
      await fetchLookup(this.source, this.scope.project, {
        kind: 'Secret',
        scope: place,
        name,
      }),
      place,
    );
    Object.values(data ?? {}).forEach(this.scope.keepSecret);
    return (
      data &&
      Object.fromEntries(
        Object.entries(data).map(([key, value]) => [key, SecretText.of(value)]),
      )
    );
  }
}
