/**
 * Notifies the owners of what Kargo delivers when something needs a person.
 *
 * @packageDocumentation
 */
export { kargoModuleNotifications as default } from './module';
