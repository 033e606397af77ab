import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { FocusEvent, useLayoutEffect, useState } from 'react';

/** More rows than this are only drawn where they can be seen. */
const VIRTUAL_FROM = 60;

/** The part of a long list that is drawn; the rest is room, in pixels. */
export interface VisibleRows {
  /** Whether there are too many to draw them all. */
  isPartial: boolean;
  /** What is drawn, in order. */
  rows: VisibleRow[];
  /** Room behind the last. */
  after: number;
  /** For the element around all rows: notices which of them has the focus. */
  onFocus: (event: FocusEvent) => void;
}

/** A row that is drawn. */
export interface VisibleRow {
  /** Its position among all. */
  index: number;
  /** Room between it and the row that is drawn before. */
  before: number;
}

/**
 * Which rows to draw, and how much room the others take.
 *
 * @remarks
 * The row that had the focus last stays, wherever somebody scrolls to: without it the
 * keyboard would begin anew at the top of the page. So do its neighbours, which Tab
 * goes to.
 *
 * @param ids - of all rows, in order; each row carries its own as `data-row`
 * @param findContainer - gives what the rows scroll in, once that is there
 * @param rowHeight - of a usual row, in pixels
 */
export function useVisibleRows(
  ids: readonly string[],
  findContainer: () => HTMLElement | null,
  rowHeight: number,
): VisibleRows {
  const [focused, setFocused] = useState<string>();
  const count = ids.length;
  const isPartial = count > VIRTUAL_FROM;
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: findContainer,
    estimateSize: () => rowHeight,
    overscan: 12,
    enabled: isPartial,
    rangeExtractor: range =>
      withNeighbours(
        defaultRangeExtractor(range),
        focused === undefined ? -1 : ids.indexOf(focused),
        count,
      ),
  });
  // It keeps the heights that it began with until it is told.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const onFocus = ({ target }: FocusEvent) => {
    const row = target.closest<HTMLElement>('[data-row]')?.dataset.row;
    // Not what was opened from a row and only belongs to it.
    if (row !== undefined) setFocused(row);
  };
  if (!isPartial) {
    const rows = ids.map((_, index) => ({ index, before: 0 }));
    return { isPartial, rows, after: 0, onFocus };
  }
  const items = virtualizer.getVirtualItems();
  const endOf = (position: number) => items.at(position)?.end ?? 0;
  return {
    isPartial,
    rows: items.map(({ index, start }, position) => ({
      index,
      before: start - (position > 0 ? endOf(position - 1) : 0),
    })),
    after: virtualizer.getTotalSize() - endOf(-1),
    onFocus,
  };
}

/** Positions, with one more and those beside it; -1 is none. */
function withNeighbours(
  positions: number[],
  kept: number,
  count: number,
): number[] {
  if (kept < 0) {
    return positions;
  }
  const all = new Set([...positions, kept - 1, kept, kept + 1]);
  return [...all]
    .filter(position => position >= 0 && position < count)
    .sort((one, other) => one - other);
}
