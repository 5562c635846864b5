import { createRoot } from 'react-dom/client';
import { TaskgateProvider } from '../client/react.js';
import { App } from './app.js';
import { taskgate } from './connection.js';
import { FaultBoundary } from './later.js';
import { PreferencesProvider } from './preferences.js';

const root = document.getElementById('dashboard');
if (root) {
  createRoot(root).render(
    <PreferencesProvider>
      <FaultBoundary>
        <TaskgateProvider client={taskgate}>
          <App />
        </TaskgateProvider>
      </FaultBoundary>
    </PreferencesProvider>,
  );
}
