/** A line on what happens. */
export function say(message: string): void {
  console.log(`berth: ${message}`);
}

/** A line on what went wrong. */
export function sayProblem(message: string): void {
  console.error(`berth: ${message}`);
}
