/** An agent cannot know whether a task is tried again. Some say it all the same; `told` says it where it is so. */
const FORETOLD = /[.;,]?\s*\bthe (?:task|download) is tried again(?: elsewhere| \([^()]*\))?\.?/gi;
/** What `noted` has put behind it. */
const NOTED = /\s\([^()]*\)$/;

/** A failure's message without any word on whether it is tried again. */
export function withoutForecast(message: string): string {
  return message.replace(FORETOLD, '').trim();
}

/** A failure's message for its task: what went wrong, and what really follows, where there is more to say. */
export function told(message: string, follows: string | null): string {
  const said = withoutForecast(message);
  return follows === null ? said : `${said}${/[.!?…]$/.test(said) ? '' : '.'} ${follows}`;
}

/** The same for the task's timeline. */
export function noted(message: string, reason: string): string {
  return `${withoutForecast(message)} (${reason})`;
}

/** What went wrong, of what the timeline notes. */
export function unnoted(message: string): string {
  return message.replace(NOTED, '');
}
