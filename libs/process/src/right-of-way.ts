/** Work that takes longer waits for something other than its turn, or nobody has ended it. */
const LAPSES_MS = 1_000;

/**
 * Work for which a person waits goes first. While some of it is under way, other work that asks for its turn waits, but never for
 * longer than `mostMs` milliseconds: many persons hold nobody up for good.
 */
export class RightOfWay {
  private underWay = 0;
  private readonly held = new Set<() => void>();

  constructor(private readonly mostMs: number) {}

  /** Such work begins. Gives what ends it, which may be called more than once; after a second it has ended in any case. */
  begin(): () => void {
    let isOver = false;
    this.underWay += 1;
    const end = (): void => {
      clearTimeout(lapse);
      if (isOver) {
        return;
      }
      isOver = true;
      this.underWay -= 1;
      if (this.underWay === 0) {
        this.held.forEach((goOn) => {
          goOn();
        });
      }
    };
    const lapse = setTimeout(end, LAPSES_MS).unref();
    return end;
  }

  /** Comes at once where nobody has the right of way. */
  async turn(): Promise<void> {
    if (this.underWay === 0) {
      return;
    }
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        this.held.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, this.mostMs);
      this.held.add(goOn);
    });
  }
}
