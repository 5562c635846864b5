import { createRoot } from 'react-dom/client';
import { TaskgateProvider } from '../client/react.js';
import { App } from './app.js';
import { taskgate } from './connection.js';
import { PreferencesProvider } from './preferences.js';

const root = document.getElementById('dashboard');
if (root) {
  createRoot(root).render(
    <PreferencesProvider>
      <TaskgateProvider client={taskgate}>
        <App />
      </TaskgateProvider>
    </PreferencesProvider>,
  );
}
