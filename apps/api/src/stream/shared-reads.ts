/** For so long other streams come for the same. */
const KEPT_MS = 1_000;
const MOST = 64;

/** Reads once what several streams want at the same time; what a key names never changes. */
export class SharedReads {
  private readonly reads = new Map<string, Promise<unknown>>();

  async once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.reads.get(key) as Promise<T> | undefined;
    if (known !== undefined) {
      return known;
    }
    const reading = read();
    this.reads.set(key, reading);
    const forget = (): void => {
      if (this.reads.get(key) === reading) {
        this.reads.delete(key);
      }
    };
    reading.catch(forget);
    setTimeout(forget, KEPT_MS).unref();
    const [oldest] = this.reads.keys();
    if (this.reads.size > MOST && oldest !== undefined) {
      this.reads.delete(oldest);
    }
    return reading;
  }
}
