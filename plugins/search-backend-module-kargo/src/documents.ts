import {
  ANNOTATIONS,
  Freight,
  FreightArtifact,
  freightArtifacts,
  kargoResourceRef,
  KargoSearchDocument,
  Project,
  Resource,
  shortSource,
  Stage,
  Subscription,
  subscriptionType,
  Warehouse,
} from 'backstage-plugin-kargo-common';

/** More versions than that are told by their number: a title is one line. */
const VERSIONS_IN_TITLE = 3;

/** How the page of a project is told to show something in it. */
type Parameter = 'stage' | 'warehouse' | 'freight';

/** Turns what Kargo knows into what the search knows; pure. */
export class KargoDocuments {
  /** @param pagePath - where Kargo's page is in the app, without a slash at its end */
  static create(pagePath: string): KargoDocuments {
    return new KargoDocuments(pagePath);
  }

  private constructor(private readonly pagePath: string) {}

  project(project: Project): KargoSearchDocument {
    const { name } = project.metadata;
    return {
      title: name,
      text: sentence('Project of Kargo', project),
      location: this.pageOf(name),
      ...factsOf('Project', name, name),
    };
  }

  stage(stage: Stage): KargoSearchDocument {
    const { name, namespace = '' } = stage.metadata;
    const origins = stage.spec.requestedFreight.map(
      ({ origin }) => origin.name,
    );
    return {
      title: name,
      text: sentence(
        `Stage of project ${namespace}, takes Freight of ${list(origins)}`,
        stage,
      ),
      location: this.pageOf(namespace, 'stage', name),
      ...factsOf('Stage', namespace, name),
    };
  }

  warehouse(warehouse: Warehouse): KargoSearchDocument {
    const { name, namespace = '' } = warehouse.metadata;
    const watched = warehouse.spec.subscriptions.map(describeSubscription);
    return {
      title: name,
      text: sentence(
        `Warehouse of project ${namespace}, watches ${list(watched)}`,
        warehouse,
      ),
      location: this.pageOf(namespace, 'warehouse', name),
      ...factsOf('Warehouse', namespace, name),
    };
  }

  freight(freight: Freight): KargoSearchDocument {
    const { name, namespace = '' } = freight.metadata;
    const artifacts = freightArtifacts(freight);
    return {
      title: titleOf(freight, artifacts),
      text: sentence(
        `Freight of project ${namespace} from ${freight.origin.name}: ${list(
          artifacts.map(describeArtifact),
        )}`,
        freight,
      ),
      location: this.pageOf(namespace, 'freight', name),
      ...factsOf('Freight', namespace, name),
    };
  }

  private pageOf(project: string, parameter?: Parameter, name = ''): string {
    const page = `${this.pagePath}/projects/${encodeURIComponent(project)}`;
    return parameter
      ? `${page}?${parameter}=${encodeURIComponent(name)}`
      : page;
  }
}

function factsOf(
  kind: KargoSearchDocument['kind'],
  project: string,
  name: string,
): Pick<KargoSearchDocument, 'authorization' | 'kind' | 'project' | 'name'> {
  const authorization = { resourceRef: kargoResourceRef(project) };
  return { authorization, kind, project, name };
}

/** What something is, and what people say of it. */
function sentence(what: string, { metadata }: Resource): string {
  const description = metadata.annotations?.[ANNOTATIONS.description];
  return description ? `${what}. ${description}` : what;
}

/** The versions, and the alias that tells them from others. */
function titleOf(freight: Freight, artifacts: FreightArtifact[]): string {
  const versions = artifacts
    .map(({ version }) => version)
    .filter(version => version !== '');
  const shown = versions.slice(0, VERSIONS_IN_TITLE);
  const called = freight.alias || freight.metadata.name;
  if (shown.length === 0) {
    return called;
  }
  const others = versions.length - shown.length;
  return `${shown.join(', ')}${
    others > 0 ? ` and ${others} more` : ''
  } (${called})`;
}

/** The short name of the repository stands alone, as people look for it. */
function describeArtifact(artifact: FreightArtifact): string {
  const { kind, source, version, revision, subject } = artifact;
  const commit = kind === 'commit' ? revision.split('@').at(-1) : undefined;
  const details = [source, commit, subject].filter(Boolean).join(', ');
  return `${shortSource(source)} ${version} (${details})`;
}

function describeSubscription(subscription: Subscription): string {
  const { image, git, chart, name } = subscription;
  const repoURL = image?.repoURL ?? git?.repoURL ?? chart?.repoURL;
  if (repoURL === undefined) {
    return name ?? subscriptionType(subscription);
  }
  const source = chart?.name ? `${repoURL}/${chart.name}` : repoURL;
  return `${shortSource(source)} (${source})`;
}

function list(items: readonly string[]): string {
  return items.length > 0 ? items.join(', ') : 'nothing';
}
