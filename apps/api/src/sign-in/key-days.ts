import { html, type Html } from './html.js';

/** How long a command line's key may live. */
const CHOICES = [7, 30, 90, 365];
const USUAL = 90;

/** What was chosen; the usual where it is none of the choices. */
export function keyDaysOf(chosen: string): number {
  return CHOICES.find((days) => String(days) === chosen) ?? USUAL;
}

export function keyDaysField(): Html {
  return html`<label
    >The key that it gets ends after
    <select name="days">
      ${CHOICES.map(
        (days) =>
          html`<option value="${days}" ${days === USUAL ? html`selected` : null}>${days} days</option>`,
      )}
    </select>
  </label>`;
}
