import { Button } from './button.js';
import controls from './controls.module.css';
import { Copy } from './copy.js';
import { Dialog } from './dialog.js';
import { Notice } from './surface.js';

interface SecretOnceProps {
  readonly title: string;
  readonly secret: string;
  readonly children?: string;
  readonly onClose: () => void;
}

/** Shows a secret the one time that it can be shown. */
export function SecretOnce({ title, secret, children, onClose }: SecretOnceProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={controls.form}>
        <Notice tone="warn">It is shown this once and kept by nobody. Copy it now.</Notice>
        <pre data-secret>{secret}</pre>
        {children === undefined ? null : <p>{children}</p>}
        <div className={controls.buttons}>
          <Copy text={secret} what="the secret" />
          <Button look="primary" onClick={onClose}>
            I have it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
