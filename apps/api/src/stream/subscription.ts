import type { StreamEvent } from '@berth/contracts';

/** Where a subscription's events go. */
export interface Outlet {
  /**
   * The event's data as JSON. It waits where the reader is slow.
   * @param isWhole false where more belongs to it: a connection that breaks before that gets it again
   */
  tell(type: StreamEvent['type'], json: string, isWhole?: boolean): Promise<void>;
}

/** One topic of a stream, or all of its lists. */
export interface Subscription {
  /** How far everything was told, in letters of a cursor. */
  readonly position: string;
  /** Tells the next portion of what there is to tell; true where there is more. */
  pull(outlet: Outlet): Promise<boolean>;
  leave(): void;
}
