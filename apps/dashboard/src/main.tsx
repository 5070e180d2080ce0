import './design/tokens.css';
import './design/base.css';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeRouter } from './routes.js';
import { SignedIn } from './session/signed-in.js';
import { showTheme } from './shell/theme.js';

showTheme();

/** A version that was deployed under an open page has taken the old one's parts away: once, the page is loaded anew. */
const RELOADED = 'berth.reloaded';
const ONCE_MS = 30_000;
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem(RELOADED) ?? 0);
  if (Date.now() - last > ONCE_MS) {
    sessionStorage.setItem(RELOADED, String(Date.now()));
    event.preventDefault();
    location.reload();
  }
});

const root = document.getElementById('berth');
if (root !== null) {
  const router = makeRouter();
  createRoot(root).render(
    <StrictMode>
      <SignedIn>
        <RouterProvider router={router} />
      </SignedIn>
    </StrictMode>,
  );
}
