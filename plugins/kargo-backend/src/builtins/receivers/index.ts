import { AnyWebhookReceiverType } from 'backstage-plugin-kargo-node';
import { WebhookExpressions } from '../../ports/WebhookExpressions';
import { artifactoryReceiver } from './artifactory/receiver';
import { azureReceiver } from './azure/receiver';
import { bitbucketReceiver } from './bitbucket/receiver';
import { dockerhubReceiver } from './dockerhub/receiver';
import { createGenericReceiver } from './generic/receiver';
import { giteaReceiver } from './gitea/receiver';
import { githubReceiver } from './github/receiver';
import { gitlabReceiver } from './gitlab/receiver';
import { harborReceiver } from './harbor/receiver';
import { quayReceiver } from './quay/receiver';

/** The built-in types of webhook receivers, in alphabetical order. */
export function builtinReceivers(
  expressions: WebhookExpressions,
): AnyWebhookReceiverType[] {
  return [
    artifactoryReceiver,
    azureReceiver,
    bitbucketReceiver,
    dockerhubReceiver,
    createGenericReceiver(expressions),
    giteaReceiver,
    githubReceiver,
    gitlabReceiver,
    harborReceiver,
    quayReceiver,
  ];
}
