import { createHash } from 'node:crypto';

/** How the pages before the dashboard look: light or dark as the system is, without a script. */
export const STYLE = `:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f6f8, #12171c);
  --sheet: light-dark(#ffffff, #1a2128);
  --text: light-dark(#17212b, #e6ebf0);
  --quiet: light-dark(#52606d, #a3b0bd);
  --line: light-dark(#d5dce3, #36424e);
  --field: light-dark(#7b8794, #6f7d8b);
  --accent: light-dark(#0b5c7d, #7cc7e8);
  --on-accent: light-dark(#ffffff, #0c1a22);
  --bad: light-dark(#9b1c1c, #ffb3ad);
  --bad-ground: light-dark(#fdecec, #3a1d1d);
  font: 16px/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; background: var(--ground); color: var(--text); }
header, main { width: min(26rem, 100% - 2rem); margin-inline: auto; }
header { padding: 3rem 0 1rem; font-weight: 650; letter-spacing: .01em; display: flex; align-items: center; gap: .55rem; }
header::before { content: ""; width: 1.05rem; height: .7rem; border: .17rem solid var(--accent); border-top: 0; border-radius: 0 0 .2rem .2rem; }
main { background: var(--sheet); border: 1px solid var(--line); border-radius: .6rem; padding: 1.6rem; margin-bottom: 3rem; }
h1 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 1rem; font-weight: 650; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
p:last-child, dl:last-child { margin-bottom: 0; }
a { color: var(--accent); }
form { display: grid; gap: 1rem; margin: 0; }
form + form, form + p, .button + form, p + form, dl + form { margin-top: 1rem; }
label { display: grid; gap: .3rem; font-size: .9rem; font-weight: 550; }
.hint { font-weight: 400; color: var(--quiet); font-size: .85rem; }
input, select { font: inherit; font-size: 1rem; font-weight: 400; color: inherit; background: var(--sheet); border: 1px solid var(--field); border-radius: .4rem; padding: .5rem .65rem; width: 100%; min-height: 2.75rem; }
input.code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; letter-spacing: .12em; text-transform: uppercase; }
button, .button { font: inherit; font-weight: 600; text-align: center; text-decoration: none; display: block; width: 100%; min-height: 2.75rem; padding: .55rem 1rem; border-radius: .4rem; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); cursor: pointer; }
button.quiet { background: transparent; color: var(--accent); }
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: .18rem solid var(--accent); outline-offset: .14rem; }
.or { display: flex; align-items: center; gap: .8rem; color: var(--quiet); font-size: .85rem; margin: 1.2rem 0; }
.or::before, .or::after { content: ""; flex: 1; border-top: 1px solid var(--line); }
.problem { background: var(--bad-ground); color: var(--bad); border-radius: .4rem; padding: .65rem .8rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: 0 0 1rem; font-size: .95rem; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
dd.code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-weight: 600; letter-spacing: .1em; }
.both { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; }
`;

/** Its address changes with it, so that it may be kept. */
export const STYLE_PATH = `/sign-in/style-${createHash('sha256').update(STYLE).digest('hex').slice(0, 12)}.css`;
