import { useState, type ReactNode } from 'react';
import { Button, type Look } from './button.js';
import { Confirm } from './confirm.js';
import { useAct } from './use-act.js';
import type { QueryKey } from '@tanstack/react-query';

interface ActButtonProps {
  readonly label: string;
  /** Said aloud, where the label alone does not tell what of. */
  readonly name: string;
  readonly look?: Look;
  readonly title: string;
  readonly typed?: string;
  /** What will happen. */
  readonly children: ReactNode;
  readonly act: () => Promise<unknown>;
  readonly shownAs: readonly QueryKey[];
}

/** A button that asks before it does what is hard to undo. */
export function ActButton({ label, name, look, title, typed, children, act, shownAs }: ActButtonProps) {
  const [asking, setAsking] = useState(false);
  const doing = useAct(act, ...shownAs);
  return (
    <>
      <Button
        small
        {...(look === undefined ? {} : { look })}
        aria-label={name}
        onClick={() => {
          setAsking(true);
        }}
      >
        {label}
      </Button>
      {asking ? (
        <Confirm
          title={title}
          button={label}
          {...(typed === undefined ? {} : { typed })}
          busy={doing.isPending}
          problem={doing.error}
          onClose={() => {
            doing.reset();
            setAsking(false);
          }}
          onSure={() => {
            doing.mutate(undefined, {
              onSuccess: () => {
                setAsking(false);
              },
            });
          }}
        >
          {children}
        </Confirm>
      ) : null}
    </>
  );
}
