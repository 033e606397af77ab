import { ComponentType } from 'react';
import { GeneralTab } from './general/GeneralTab';
import { ClusterConfigTab } from './general/ClusterConfigTab';
import {
  CredentialsTab,
  SharedCredentialsTab,
} from './credentials/CredentialsTab';
import { ConfigMapsTab, SharedConfigMapsTab } from './data/ConfigMapsTab';
import { SystemTab } from './data/SystemTab';
import {
  AnalysisTemplatesTab,
  ClusterAnalysisTemplatesTab,
  ClusterTasksTab,
  TasksTab,
} from './manifests/ManifestsTab';
import { PoliciesTab } from './policies/PoliciesTab';
import { RolesTab, SystemRolesTab } from './roles/RolesTab';
import { WebhooksTab } from './webhooks/WebhooksTab';

/** A part of the settings; its texts are those of `settings.tabs` under its path. */
export interface SettingsTab<Props> {
  /** Last part of its address. */
  path: SettingsTabName;
  Content: ComponentType<Props>;
}

/** A part of the settings that a module adds, with its own title. */
export interface AddedSettingsTab<Props> {
  path: string;
  title: string;
  Content: ComponentType<Props>;
}

/** Name of a tab, in addresses and translations. */
export type SettingsTabName =
  | 'general'
  | 'policies'
  | 'webhooks'
  | 'roles'
  | 'credentials'
  | 'config-maps'
  | 'tasks'
  | 'templates'
  | 'system';

/** The settings of a project, in the order of the menu; the first is shown at first. */
export const PROJECT_TABS: SettingsTab<{ project: string }>[] = [
  { path: 'policies', Content: PoliciesTab },
  { path: 'webhooks', Content: WebhooksTab },
  { path: 'roles', Content: RolesTab },
  { path: 'credentials', Content: CredentialsTab },
  { path: 'config-maps', Content: ConfigMapsTab },
  { path: 'tasks', Content: TasksTab },
  { path: 'templates', Content: AnalysisTemplatesTab },
  { path: 'general', Content: GeneralTab },
];

/** What all projects share. */
export const GLOBAL_TABS: SettingsTab<object>[] = [
  { path: 'general', Content: ClusterConfigTab },
  { path: 'roles', Content: SystemRolesTab },
  { path: 'credentials', Content: SharedCredentialsTab },
  { path: 'config-maps', Content: SharedConfigMapsTab },
  { path: 'tasks', Content: ClusterTasksTab },
  { path: 'templates', Content: ClusterAnalysisTemplatesTab },
  { path: 'system', Content: SystemTab },
];
