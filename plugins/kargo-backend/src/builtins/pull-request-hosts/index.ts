import { PullRequestProvider } from 'backstage-plugin-kargo-node';
import { azureProvider } from './azure/provider';
import { bitbucketProvider } from './bitbucket/provider';
import { giteaProvider } from './gitea/provider';
import { githubProvider } from './github/provider';
import { gitlabProvider } from './gitlab/provider';

/** The built-in hosts of pull requests, in alphabetical order. */
export const builtinPullRequestProviders: readonly PullRequestProvider[] = [
  azureProvider,
  bitbucketProvider,
  giteaProvider,
  githubProvider,
  gitlabProvider,
];
