import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { signOut } from '../connection.js';
import { useWords } from '../preferences.js';
import { useTab } from '../tab.js';
import { useSession, useViewer } from '../viewer.js';
import { LoginForm } from './login-form.js';

export function LoginPage(): ReactNode {
  const words = useWords();
  const [, navigate] = useLocation();
  const { hasKey, refused } = useSession();
  const viewer = useViewer();
  useTab(words.signIn);
  return (
    <section className="login-page">
      <h1>{words.signIn}</h1>
      {viewer && !refused ? (
        <div className="notice">
          <p>{hasKey ? words.signedInAs(viewer.name, words.roles[viewer.role] ?? viewer.role) : words.noLoginNeeded}</p>
          <p className="dialog-buttons">
            <Link href="/">{words.backToBoard}</Link>
            {hasKey && (
              <button type="button" onClick={signOut}>
                {words.signOut}
              </button>
            )}
          </p>
        </div>
      ) : (
        <LoginForm onSignedIn={() => navigate('/')} />
      )}
    </section>
  );
}
