import { Draft, Resource, ResourceKey } from 'backstage-plugin-kargo-common';
import { WakeupRule } from '../../ports/Changes';
import { IndexDeclaration, IndexedStore } from '../../ports/ResourceIndex';

/** A kind made for the contract, with members of every sort. */
export interface Widget extends Resource {
  kind: 'Widget';
  spec: {
    colors?: string[];
    size?: string;
    /** No two of a namespace have the same. */
    badge?: string;
    /** Wakes every widget of this color, a second later. */
    wakes?: string;
    /** The same in every namespace, not in its own alone. */
    isHeardEverywhere?: boolean;
    /** Makes the wake-up rule throw. */
    isBroken?: boolean;
    nested?: Record<string, unknown>;
  };
  status?: Record<string, unknown>;
}

/** Another kind of the same form. */
export interface Gadget extends Omit<Widget, 'kind'> {
  kind: 'Gadget';
}

/** The kinds of the contract. */
export interface WidgetKinds {
  Widget: Widget;
  Gadget: Gadget;
}

/** A store of widgets. */
export type WidgetStore = IndexedStore<WidgetKinds>;

/** Parts of a widget that a test cares about. */
export type WidgetParts = Partial<Omit<Draft<Widget>, 'metadata'>> & {
  name?: string;
  metadata?: Partial<Widget['metadata']>;
};

/** A widget on its way into the store, in project `p` unless told otherwise. */
export function aWidget(parts: WidgetParts = {}): Draft<Widget> {
  const { name = 'w', metadata, ...content } = parts;
  return {
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name, namespace: 'p', ...metadata },
    spec: {},
    ...content,
  };
}

/** The key of a widget in project `p` unless told otherwise. */
export function widgetKey(name = 'w', namespace = 'p'): ResourceKey<'Widget'> {
  return { kind: 'Widget', namespace, name };
}

export const WIDGET_INDEXES: IndexDeclaration[] = [
  {
    kind: 'Widget',
    indexes: {
      color: resource => (resource as Widget).spec.colors ?? [],
      badge: resource => [(resource as Widget).spec.badge ?? []].flat(),
    },
    unique: ['badge'],
    sortKeys: { size: resource => (resource as Widget).spec.size ?? '' },
  },
];

/** Wakes the changed widget, and those of the color that it names. */
export const wakeWidgets: WakeupRule = change => {
  const { spec, metadata } = (change.after ?? change.before) as Widget;
  if (spec.isBroken) {
    throw new Error('broken widget');
  }
  const namespace = metadata.namespace ?? '';
  const color = spec.wakes && {
    kind: 'Widget',
    ...(!spec.isHeardEverywhere && { namespace }),
    index: { name: 'color', value: spec.wakes },
    delayMs: 1000,
  };
  return [{ key: change.key }, ...(color ? [color] : [])];
};
