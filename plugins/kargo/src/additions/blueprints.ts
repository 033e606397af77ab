import {
  ApiBlueprint,
  AppNode,
  createExtensionBlueprint,
  createExtensionDataRef,
  createExtensionInput,
  ExtensionBoundary,
} from '@backstage/frontend-plugin-api';
import {
  KargoAddition,
  kargoAdditionsApiRef,
  KargoPageAddition,
  KargoProjectPageProps,
  KargoPromoteSectionProps,
  KargoStageSectionProps,
  KargoStepViewAddition,
  KargoStepViewProps,
} from './KargoAdditions';

const API = 'api:kargo/additions';

const stageSectionDataRef = createExtensionDataRef<
  KargoAddition<KargoStageSectionProps>
>().with({ id: 'kargo.stage-section' });
const promoteSectionDataRef = createExtensionDataRef<
  KargoAddition<KargoPromoteSectionProps>
>().with({ id: 'kargo.promote-section' });
const stepViewDataRef = createExtensionDataRef<KargoStepViewAddition>().with({
  id: 'kargo.step-view',
});
const pageDataRef = createExtensionDataRef<KargoPageAddition>().with({
  id: 'kargo.page',
});

/** What every addition is made of. @public */
export interface KargoAdditionParams<Props extends {}> {
  /** Its heading, or what a link to it is called. */
  title: string;
  /** Loads what is shown once somebody looks there. */
  loader: () => Promise<(props: Props) => JSX.Element>;
  /** Whether it has anything to show; it is shown always unless told. */
  appliesTo?: (props: Props) => boolean;
}

/** What a page is made of. @public */
export interface KargoPageParams
  extends KargoAdditionParams<KargoProjectPageProps> {
  /** Last part of its address: lower-case letters, digits and hyphens. */
  path: string;
}

/** An addition that fails, fails alone: the boundary keeps the rest of the page. */
function toAddition<Props extends {}>(
  node: AppNode,
  { title, loader, appliesTo }: KargoAdditionParams<Props>,
): KargoAddition<Props> {
  return {
    id: node.spec.id,
    title,
    Component: ExtensionBoundary.lazyComponent<Props>(node, loader),
    ...(appliesTo && { appliesTo }),
  };
}

/** Adds a section to the details of Stages. @public */
export const KargoStageSectionBlueprint = createExtensionBlueprint({
  kind: 'kargo-stage-section',
  attachTo: { id: API, input: 'stageSections' },
  output: [stageSectionDataRef],
  factory: (params: KargoAdditionParams<KargoStageSectionProps>, { node }) => [
    stageSectionDataRef(toAddition(node, params)),
  ],
});

/** Adds a section to the promote dialog. @public */
export const KargoPromoteSectionBlueprint = createExtensionBlueprint({
  kind: 'kargo-promote-section',
  attachTo: { id: API, input: 'promoteSections' },
  output: [promoteSectionDataRef],
  factory: (
    params: KargoAdditionParams<KargoPromoteSectionProps>,
    { node },
  ) => [promoteSectionDataRef(toAddition(node, params))],
});

/** Shows what a kind of step did, before its output and configuration. @public */
export const KargoStepViewBlueprint = createExtensionBlueprint({
  kind: 'kargo-step-view',
  attachTo: { id: API, input: 'stepViews' },
  output: [stepViewDataRef],
  factory: (
    params: KargoAdditionParams<KargoStepViewProps> & {
      /** The kind of step, as `uses` names it. */
      uses: string;
    },
    { node },
  ) => [stepViewDataRef({ ...toAddition(node, params), uses: params.uses })],
});

/** Adds a page beside the pipeline of each project. @public */
export const KargoProjectPageBlueprint = createExtensionBlueprint({
  kind: 'kargo-project-page',
  attachTo: { id: API, input: 'projectPages' },
  output: [pageDataRef],
  factory: (params: KargoPageParams, { node }) => [
    pageDataRef({ ...toAddition(node, params), path: params.path }),
  ],
});

/** Adds a page to the settings of each project. @public */
export const KargoSettingsPageBlueprint = createExtensionBlueprint({
  kind: 'kargo-settings-page',
  attachTo: { id: API, input: 'settingsPages' },
  output: [pageDataRef],
  factory: (params: KargoPageParams, { node }) => [
    pageDataRef({ ...toAddition(node, params), path: params.path }),
  ],
});

/** Collects what modules add. */
export const kargoAdditionsApi = ApiBlueprint.makeWithOverrides({
  name: 'additions',
  inputs: {
    stageSections: createExtensionInput([stageSectionDataRef]),
    promoteSections: createExtensionInput([promoteSectionDataRef]),
    stepViews: createExtensionInput([stepViewDataRef]),
    projectPages: createExtensionInput([pageDataRef]),
    settingsPages: createExtensionInput([pageDataRef]),
  },
  factory: (make, { inputs }) =>
    make(defineParams =>
      defineParams({
        api: kargoAdditionsApiRef,
        deps: {},
        factory: () => ({
          stageSections: inputs.stageSections.map(each =>
            each.get(stageSectionDataRef),
          ),
          promoteSections: inputs.promoteSections.map(each =>
            each.get(promoteSectionDataRef),
          ),
          stepViews: inputs.stepViews.map(each => each.get(stepViewDataRef)),
          projectPages: inputs.projectPages.map(each => each.get(pageDataRef)),
          settingsPages: inputs.settingsPages.map(each =>
            each.get(pageDataRef),
          ),
        }),
      }),
    ),
});
