import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Another site than the api's only while somebody works on the pages: `npx vite apps/dashboard` beside `npm start`. */
const API = process.env['BERTH_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@berth/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist/site',
    // What reads light-dark() by itself; rewritten, it breaks wherever a color-scheme is nested.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    // Fonts and images as data: addresses would have to be allowed by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What every page needs comes in two files: in 23, as many as pages share parts, it was 6 kB more. The libraries
        // stay in a browser when a new version changes the pages alone.
        codeSplitting: {
          groups: [
            { name: 'libraries', tags: ['$initial'], test: /node_modules/, priority: 2 },
            { name: 'first', tags: ['$initial'], priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      ['/api', '/sign-in', '/sign-out', '/device', '/oauth', '/docs', '/openapi.json'].map((path) => [
        path,
        {
          target: API,
          // What changes something by a session has to come from the api's own address.
          configure: (proxy) => proxy.on('proxyReq', (request) => request.setHeader('origin', API)),
        },
      ]),
    ),
  },
});
