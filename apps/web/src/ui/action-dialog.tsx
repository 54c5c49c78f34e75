"use client";

import { useRouter } from "next/navigation";
import { useActionState, useEffect, useId, useRef, useState, type ReactNode } from "react";

import type { ActionResult } from "../action-result.ts";
import { CopyButton } from "./copy-button.tsx";
import { Glyph } from "./glyph.tsx";

type Props = {
  trigger: ReactNode;
  triggerClass?: string;
  title: string;
  /** Verb and object: "Revoke 4b3e… of pump-017". */
  submit: string;
  isDanger?: boolean;
  action: (previous: ActionResult, form: FormData) => Promise<ActionResult>;
  /** Fixed fields of the form. */
  values: Readonly<Record<string, string>>;
  children: ReactNode;
};

/** A dialog with one form. The browser's own <dialog> keeps the focus inside and gives it back. */
export function ActionDialog({
  trigger,
  triggerClass = "btn",
  title,
  submit,
  isDanger,
  action,
  values,
  children,
}: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isDone = useRef(false);
  const router = useRouter();
  const titleId = useId();
  const [round, setRound] = useState(0);
  const open = () => {
    setRound((count) => count + 1);
    dialog.current?.showModal();
  };
  return (
    <>
      <button type="button" className={triggerClass} onClick={open}>
        {trigger}
      </button>
      {/* Read again only after closing: the change may take this very dialog off the page, and its answer with it. */}
      <dialog
        ref={dialog}
        className="dialog"
        aria-labelledby={titleId}
        onClose={() => {
          if (isDone.current) router.refresh();
          isDone.current = false;
        }}
      >
        <header>
          <h2 id={titleId}>{title}</h2>
        </header>
        <DialogForm
          key={round}
          submit={submit}
          isDanger={isDanger ?? false}
          action={action}
          values={values}
          done={() => {
            isDone.current = true;
          }}
          close={() => dialog.current?.close()}
        >
          {children}
        </DialogForm>
      </dialog>
    </>
  );
}

function DialogForm(
  props: Pick<Props, "submit" | "action" | "values" | "children"> & {
    isDanger: boolean;
    done: () => void;
    close: () => void;
  },
) {
  const [result, submit, isPending] = useActionState(props.action, { status: "idle" });
  const router = useRouter();
  const { done } = props;
  useEffect(() => {
    if (result.status === "done") done();
  }, [result, done]);
  if (result.status === "done")
    return (
      <>
        <div className="body" aria-live="polite">
          <p>{result.message}</p>
          {result.token && <TokenOnce token={result.token} />}
        </div>
        <footer>
          {result.href ? (
            <button
              type="button"
              className="btn"
              onClick={() => {
                props.close();
                router.push(result.href ?? "/");
              }}
            >
              {result.hrefLabel ?? "Open"}
            </button>
          ) : (
            <span />
          )}
          <button type="button" className="btn primary" onClick={props.close}>
            Close
          </button>
        </footer>
      </>
    );
  return (
    <form action={submit}>
      {Object.entries(props.values).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <div className="body">
        {props.children}
        {result.status === "refused" && (
          <p className="refusal" role="alert">
            <Glyph name="expiring" />
            <span>{result.message}</span>
          </p>
        )}
      </div>
      <footer>
        <button type="button" className="btn" onClick={props.close}>
          Cancel
        </button>
        <button type="submit" className={props.isDanger ? "btn danger-fill" : "btn primary"} disabled={isPending}>
          {isPending ? "Working" : props.submit}
        </button>
      </footer>
    </form>
  );
}

export function TokenOnce({ token }: { token: { deviceId: string; value: string; expires: string } }) {
  return (
    <div>
      <p className="meta">
        One-time token of <bdi>{token.deviceId}</bdi>, good once, until {token.expires}. It is shown now and never
        again.
      </p>
      <p className="secret mt-1">
        <span data-testid="enrollment-token">{token.value}</span>
        <CopyButton value={token.value} what="the one-time token" />
      </p>
    </div>
  );
}
