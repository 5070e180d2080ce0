import { LogText } from './log-text.js';

/** The logs that a page has read, so that going back and forth reads none of them twice. */
export class LogBook {
  private readonly logs = new Map<string, LogText>();

  of(taskId: string, phase: string): LogText {
    const key = `${taskId}:${phase}`;
    const log = this.logs.get(key) ?? new LogText();
    // The one that was asked for last stands last.
    this.logs.delete(key);
    this.logs.set(key, log);
    if (this.logs.size > KEPT) {
      const [oldest = ''] = this.logs.keys();
      this.logs.delete(oldest);
    }
    return log;
  }
}

/** Logs may be large: those of the last few runs are kept. */
const KEPT = 8;
