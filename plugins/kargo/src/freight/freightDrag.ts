import { DragEvent, useState } from 'react';

/** Says of what is dragged that it is Freight of this page. */
const FREIGHT_TYPE = 'application/x-kargo-freight';

/** Says in addition of which Warehouse it is: until it is dropped, types are all that is told. */
function typeOf(origin: string): string {
  return `${FREIGHT_TYPE}.${origin}`;
}

/** Lets Freight be dragged: onto a Stage, which opens what a click would open as well. */
export function freightDrag(name: string, origin: string) {
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.setData(FREIGHT_TYPE, name);
      event.dataTransfer.setData(typeOf(origin), name);
      event.dataTransfer.effectAllowed = 'copy';
    },
  };
}

/**
 * Takes Freight of some Warehouses that is dropped, and tells while some is held above. Of
 * others the pointer says that it cannot be dropped.
 */
export function useFreightDrop(
  origins: readonly string[],
  onDrop: (freight: string) => void,
) {
  const [isOver, setOver] = useState(false);
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        const { types } = event.dataTransfer;
        if (origins.some(origin => types.includes(typeOf(origin)))) {
          event.preventDefault();
          setOver(true);
        }
      },
      onDragLeave: (event: DragEvent) => {
        // Not when it only comes above something inside.
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) {
          setOver(false);
        }
      },
      onDrop: (event: DragEvent) => {
        setOver(false);
        const freight = event.dataTransfer.getData(FREIGHT_TYPE);
        if (freight) {
          event.preventDefault();
          onDrop(freight);
        }
      },
    },
  };
}
