/**
 * The text where it is short enough; otherwise its beginning, and how long it was.
 * @param had how many characters it had, in words, where some of them are missing already
 */
export function cutText(text: string, maxLength: number, had = `${text.length}`): string {
  if (text.length <= maxLength) {
    return text;
  }
  const note = ` (cut here: it had ${had} characters)`;
  const kept = text.slice(0, Math.max(0, maxLength - note.length));
  // Half of a surrogate pair is no character.
  return (/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept) + note;
}
