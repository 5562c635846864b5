import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { PreferencesProvider } from './preferences.js';

const root = document.getElementById('dashboard');
if (root) {
  createRoot(root).render(
    <PreferencesProvider>
      <App />
    </PreferencesProvider>,
  );
}
