import { useEffect, useRef, type ReactNode } from 'react';
import { useRoute } from 'wouter';
import { useWords } from '../preferences.js';
import { useSession } from '../viewer.js';
import { LoginForm } from './login-form.js';

const DIALOG = 'login-dialog';

export function openLogin(): void {
  const dialog = document.getElementById(DIALOG);
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** Over whatever is shown, which stays as it is and goes on after the sign-in. */
export function LoginDialog(): ReactNode {
  const words = useWords();
  const { refused, hasKey } = useSession();
  const [onLoginPage] = useRoute('/login');
  const dialog = useRef<HTMLDialogElement>(null);
  const wanted = refused && !onLoginPage;
  useEffect(() => {
    if (wanted) openLogin();
    else dialog.current?.close();
  }, [wanted]);
  return (
    <dialog ref={dialog} id={DIALOG} className="dialog" aria-labelledby="login-title">
      <div role="alert">
        <h2 id="login-title">{hasKey ? words.signedOut : words.signIn}</h2>
      </div>
      {wanted && <LoginForm onSignedIn={() => dialog.current?.close()} />}
    </dialog>
  );
}
