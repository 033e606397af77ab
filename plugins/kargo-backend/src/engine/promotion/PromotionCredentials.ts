import {
  CredentialsLookup,
  RepoCredentials,
  StepCredentials,
} from 'backstage-plugin-kargo-node';
import { CapabilityScope } from '../../ports/CapabilityFactories';

/** Credentials of the Promotion's own project, which are masked from then on. */
export class PromotionCredentials implements StepCredentials {
  constructor(
    private readonly lookup: CredentialsLookup,
    private readonly scope: Pick<
      CapabilityScope,
      'project' | 'signal' | 'keepSecret'
    >,
  ) {}

  async find(
    request: Parameters<StepCredentials['find']>[0],
  ): Promise<RepoCredentials | undefined> {
    const { project, signal, keepSecret } = this.scope;
    const found = await this.lookup.find({ ...request, project }, { signal });
    for (const secret of [found?.password, found?.sshPrivateKey]) {
      if (secret) {
        keepSecret(secret.reveal());
      }
    }
    return found;
  }
}
