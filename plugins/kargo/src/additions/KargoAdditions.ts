import { createApiRef } from '@backstage/frontend-plugin-api';
import {
  Freight,
  JsonObject,
  JsonValue,
  Promotion,
  Stage,
} from 'backstage-plugin-kargo-common';

/** Something that a module adds to the interface. @public */
export interface KargoAddition<Props> {
  /** Tells it from others in the same place. */
  id: string;
  /** Its heading, or what a link to it is called. */
  title: string;
  Component: (props: Props) => JSX.Element;
  /** Whether it has anything to show; it is shown always unless told. */
  appliesTo?: (props: Props) => boolean;
}

/** What a section in the details of a Stage is about. @public */
export interface KargoStageSectionProps {
  project: string;
  stage: Stage;
}

/** What a section of the promote dialog is about. @public */
export interface KargoPromoteSectionProps {
  project: string;
  stage: Stage;
  /** The Freight that is chosen; another one when the person changes the choice. */
  freight: Freight;
}

/** A step of a Promotion, as far as it has run. @public */
export interface KargoPromotionStep {
  /** The name that it has in the Promotion, `step-1` where nobody gave one. */
  alias: string;
  /** The kind of step. */
  uses: string;
  /** How far it is: a status of the step, or `Pending` before it starts. */
  state: string;
  output?: JsonValue;
  config?: JsonObject;
}

/** What the view of a step is about. @public */
export interface KargoStepViewProps {
  promotion: Promotion;
  step: KargoPromotionStep;
}

/** What a page of a project is about. @public */
export interface KargoProjectPageProps {
  project: string;
}

/** A page of a project, or of its settings. @public */
export interface KargoPageAddition
  extends KargoAddition<KargoProjectPageProps> {
  /** Last part of its address: lower-case letters, digits and hyphens. */
  path: string;
}

/** The view of a kind of step. @public */
export interface KargoStepViewAddition
  extends KargoAddition<KargoStepViewProps> {
  /** The kind of step, as `uses` names it. */
  uses: string;
}

/** All that modules add to the interface, by its place. @public */
export interface KargoAdditions {
  /** In the details of a Stage. */
  stageSections: KargoAddition<KargoStageSectionProps>[];
  /** In the promote dialog, below what changes. */
  promoteSections: KargoAddition<KargoPromoteSectionProps>[];
  /** In the steps of a Promotion, before output and configuration. */
  stepViews: KargoStepViewAddition[];
  /** Beside the pipeline of a project. */
  projectPages: KargoPageAddition[];
  /** In the settings of a project. */
  settingsPages: KargoPageAddition[];
}

/**
 * What modules add to the interface. In the new frontend system it is filled by the
 * blueprints of this package; in the old one an app registers a factory of its own.
 *
 * @public
 */
export const kargoAdditionsApiRef = createApiRef<
  Partial<KargoAdditions>
>().with({
  id: 'plugin.kargo.additions',
  pluginId: 'kargo',
});
