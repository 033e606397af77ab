import { useVirtualizer } from '@tanstack/react-virtual';

/** More rows than this are only drawn where they can be seen. */
const VIRTUAL_FROM = 60;

/** The part of a long list that is drawn; the rest is room, in pixels. */
export interface VisibleRows {
  /** Whether there are too many to draw them all. */
  isPartial: boolean;
  /** Position of the first that is drawn. */
  start: number;
  /** Position after the last. */
  end: number;
  before: number;
  after: number;
}

/**
 * Which rows to draw, and how much room the others take.
 *
 * @param findContainer - gives what the rows scroll in, once that is there
 * @param rowHeight - of a usual row, in pixels
 */
export function useVisibleRows(
  count: number,
  findContainer: () => HTMLElement | null,
  rowHeight: number,
): VisibleRows {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: findContainer,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: count > VIRTUAL_FROM,
  });
  if (count <= VIRTUAL_FROM) {
    return { isPartial: false, start: 0, end: count, before: 0, after: 0 };
  }
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1);
  return {
    isPartial: true,
    start: items[0]?.index ?? 0,
    end: (last?.index ?? -1) + 1,
    before: items[0]?.start ?? 0,
    after: virtualizer.getTotalSize() - (last?.end ?? 0),
  };
}
