import { CopyButton } from "./copy-button.tsx";

export function CodeBlock(props: {
  title: string;
  aside?: string;
  value: string;
  copyLabel: string;
  isShort?: boolean;
}) {
  return (
    <div>
      <div className="code-head">
        <b>{props.title}</b>
        {props.aside && <span className="t2 min-w-0 break-words">{props.aside}</span>}
        <CopyButton value={props.value} what={props.title} label={props.copyLabel} />
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so the keyboard must reach it */}
      <pre className={props.isShort ? "code short" : "code"} tabIndex={0} aria-label={props.title}>
        {props.value}
      </pre>
    </div>
  );
}
