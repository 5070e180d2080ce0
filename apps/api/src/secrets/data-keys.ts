/** A key with which values are sealed, as it is named in each of its seals. */
export interface DataKey {
  readonly id: number;
  readonly key: Buffer;
  /** Whether every api process knows it by now, so that what is sealed with it is read by all. */
  readonly isKnownToAll: boolean;
}

/** The data keys of the installation, unwrapped, in this process's memory and nowhere else. */
export class DataKeys {
  private readonly keys = new Map<number, DataKey>();

  /**
   * @param root the secret from which keys for tokens and digests are derived: it stays the same for good, or they would end
   * with a rotation
   */
  constructor(
    readonly root: Buffer,
    keys: readonly DataKey[],
  ) {
    this.learn(keys);
  }

  learn(keys: readonly DataKey[]): void {
    for (const key of keys) {
      this.keys.set(key.id, key);
    }
  }

  of(id: number): Buffer | undefined {
    return this.keys.get(id)?.key;
  }

  /** What is sealed with now: the newest that all processes know, or the first one of an installation that has just begun. */
  get present(): DataKey {
    const all = [...this.keys.values()].sort((one, other) => other.id - one.id);
    const present = all.find((key) => key.isKnownToAll) ?? all.at(-1);
    if (present === undefined) {
      throw new Error('there is no data key');
    }
    return present;
  }
}
