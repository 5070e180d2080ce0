import { measureElement, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import type { RefObject } from 'react';

interface RowsOptions {
  readonly count: number;
  readonly scroller: RefObject<HTMLDivElement | null>;
  /** Of a row that has not been drawn yet, in pixels. */
  readonly rowPx: number;
  /** So many are drawn above and below what is in sight. */
  readonly overscan: number;
  readonly keyOf?: (index: number) => string | number;
}

type Rows = Virtualizer<HTMLDivElement, Element>;

/**
 * Which of many rows are drawn, and where. What is in sight stays there when rows above it turn out to be higher than was
 * taken.
 *
 * The library measures a row in the commit that draws it, and draws again at once where that moves what is in sight: rows
 * that are new there are measured in turn, and React ends a page that does so fifty times. What is in sight is therefore
 * moved by rows above it alone, and these are measured when the browser tells of them, once a frame.
 */
export function useRows({ count, scroller, rowPx, overscan, keyOf }: RowsOptions): Rows {
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan,
    measureElement: heightOf,
    ...(keyOf === undefined ? {} : { getItemKey: keyOf }),
  });
  rows.shouldAdjustScrollPositionOnItemSizeChange = ({ index }) => isAbove(index, rows);
  return rows;
}

/** @param entry the browser's word on it; undefined in the commit that draws the row */
function heightOf(element: Element, entry: ResizeObserverEntry | undefined, rows: Rows): number {
  const index = rows.indexFromElement(element);
  if (entry === undefined && isAbove(index, rows)) {
    const { getItemKey, estimateSize } = rows.options;
    return rows.itemSizeCache.get(getItemKey(index)) ?? estimateSize(index);
  }
  return measureElement(element, entry, rows);
}

/** Whether all of a row is above what is in sight. */
function isAbove(index: number, { range }: Rows): boolean {
  return range !== null && index < range.startIndex;
}
