import { DragEvent, useState } from 'react';

/** Says of what is dragged that it is Freight of this page. */
const FREIGHT_TYPE = 'application/x-kargo-freight';

/** Lets Freight be dragged: onto a Stage, which opens what a click would open as well. */
export function freightDrag(name: string) {
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.setData(FREIGHT_TYPE, name);
      event.dataTransfer.effectAllowed = 'copy';
    },
  };
}

/** Takes Freight that is dropped, and tells while some is held above. */
export function useFreightDrop(onDrop: (freight: string) => void) {
  const [isOver, setOver] = useState(false);
  return {
    isOver,
    handlers: {
      onDragOver: (event: DragEvent) => {
        // What is dragged can be read only once it is dropped; of which type it is, before.
        if (event.dataTransfer.types.includes(FREIGHT_TYPE)) {
          event.preventDefault();
          setOver(true);
        }
      },
      onDragLeave: () => setOver(false),
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
