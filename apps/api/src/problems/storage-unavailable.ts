/** The store cannot take or give now: try again later, nothing is lost. */
export class StorageUnavailable extends Error {
  readonly failureClass = 'transient';

  constructor(what: string, cause: unknown) {
    super(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StorageUnavailable';
  }
}
