"use client";

import { useEffect, useRef, useState, type ReactNode } from "react";

import { CopyButton } from "@/ui/copy-button.tsx";
import { Glyph } from "@/ui/glyph.tsx";

import { signIn } from "../sign-in/sign-in.ts";
import { checkCode, setUp } from "./actions.ts";
import { SetupFrame } from "./frame.tsx";
import { pickWords } from "./words.ts";

type Fields = {
  setupCode: string;
  organization: string;
  adminName: string;
  adminEmail: string;
  adminPassword: string;
  rootPassphrase: string;
};
type Props = { isRepeat: boolean; hostName: string; publicUrl: string };
type StepProps = { fields: Fields; set: (change: Partial<Fields>) => void; go: (step: number) => void };

const empty: Fields = {
  setupCode: "",
  organization: "",
  adminName: "",
  adminEmail: "",
  adminPassword: "",
  rootPassphrase: "",
};

function Refusal({ children }: { children: string }) {
  if (!children) return null;
  return (
    <p className="refusal" role="alert">
      <Glyph name="expiring" />
      <span>{children}</span>
    </p>
  );
}

function Text(props: {
  label: string;
  name: keyof Fields;
  fields: Fields;
  set: StepProps["set"];
  type?: string;
  autoComplete?: string;
  minLength?: number;
  maxLength?: number;
  hint?: string;
}) {
  const { label, name, fields, set, hint, type = "text", autoComplete = "off", minLength, maxLength = 128 } = props;
  return (
    <label className="field">
      <span>{label}</span>
      <input
        className={name === "setupCode" ? "input mono" : "input"}
        name={name}
        type={type}
        required
        minLength={minLength}
        maxLength={maxLength}
        autoComplete={autoComplete}
        spellCheck={false}
        value={fields[name]}
        onChange={(event) => set({ [name]: event.target.value })}
      />
      {hint && <span className="hint">{hint}</span>}
    </label>
  );
}

function Step({
  title,
  time,
  intro,
  refusal,
  submit,
  isPending,
  back,
  onSubmit,
  children,
}: {
  title: string;
  time: string;
  intro: ReactNode;
  refusal: string;
  submit: string;
  isPending: boolean;
  back?: () => void;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);
  return (
    <>
      <h1 ref={head} tabIndex={-1} className="outline-0">
        {title} <span className="meta ml-2 font-normal">about {time}</span>
      </h1>
      <p className="mt-1">{intro}</p>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
        <Refusal>{refusal}</Refusal>
        <div className="flex gap-2">
          {back && (
            <button type="button" className="btn" onClick={back} disabled={isPending}>
              Back
            </button>
          )}
          <button type="submit" className="btn primary" disabled={isPending}>
            {isPending ? "Working" : submit}
          </button>
        </div>
      </form>
    </>
  );
}

function Claim({ fields, set, go }: StepProps) {
  const [refusal, setRefusal] = useState("");
  const [isPending, setPending] = useState(false);
  const submit = async () => {
    setPending(true);
    const answer = await checkCode({ setupCode: fields.setupCode });
    setPending(false);
    if (answer.status === "done") go(1);
    else setRefusal(answer.status === "refused" ? answer.message : "");
  };
  return (
    <Step
      title="0 Claim"
      time="1 min"
      intro="Whoever can read the terminal of this machine may set it up. The code is printed there by npm start; npx fieldseal setup-code prints a new one."
      refusal={refusal}
      submit="Continue"
      isPending={isPending}
      onSubmit={() => void submit()}
    >
      <Text label="Set-up code" name="setupCode" fields={fields} set={set} maxLength={100} />
      <Text
        label="Organisation: printed into both authorities"
        name="organization"
        fields={fields}
        set={set}
        maxLength={48}
        autoComplete="organization"
      />
      <Text label="Your name" name="adminName" fields={fields} set={set} maxLength={80} autoComplete="name" />
      <Text
        label="Your e-mail address: first owner, and who is told when nobody else is"
        name="adminEmail"
        type="email"
        fields={fields}
        set={set}
        maxLength={254}
        autoComplete="username"
      />
      <Text
        label="Password"
        name="adminPassword"
        type="password"
        fields={fields}
        set={set}
        minLength={12}
        autoComplete="new-password"
        hint="At least 12 characters."
      />
    </Step>
  );
}

function RootCa({ fields, set, go }: StepProps) {
  const [isOwn, setOwn] = useState(false);
  const [proposal, setProposal] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState("");
  const [refusal, setRefusal] = useState("");
  useEffect(() => {
    setProposal(
      fields.rootPassphrase
        ? fields.rootPassphrase.split(" ")
        : pickWords(6, (buffer) => crypto.getRandomValues(buffer)),
    );
    // Only the first time: coming back must show the same words.
    // oxlint-disable-next-line react/exhaustive-deps -- as said
  }, []);
  const passphrase = isOwn ? fields.rootPassphrase : proposal.join(" ");
  const submit = () => {
    if (typed.trim().replaceAll(/\s+/g, " ") !== passphrase)
      return setRefusal("What you typed back differs from the passphrase.");
    set({ rootPassphrase: passphrase });
    go(2);
  };
  return (
    <Step
      title="1 Root CA"
      time="2 min"
      intro="The root key is made here and sealed under a passphrase: it is needed only for a new issuing authority and for the yearly CRL of the root. Without the passphrase nobody can use the root again, you included; there is no way back to it."
      refusal={refusal}
      submit="Continue"
      isPending={false}
      back={() => go(0)}
      onSubmit={submit}
    >
      <fieldset className="seg justify-self-start" aria-label="Passphrase">
        <button type="button" aria-pressed={!isOwn} onClick={() => setOwn(false)}>
          Six random words
        </button>
        <button
          type="button"
          aria-pressed={isOwn}
          onClick={() => {
            setOwn(true);
            set({ rootPassphrase: "" });
          }}
        >
          My own
        </button>
      </fieldset>
      {isOwn ? (
        <Text
          label="Passphrase"
          name="rootPassphrase"
          fields={fields}
          set={set}
          minLength={12}
          maxLength={1024}
          hint="At least 12 characters; length counts more than signs."
        />
      ) : (
        <div>
          <ol className="words" aria-label="Passphrase">
            {proposal.map((word, index) => (
              <li key={`${word}-${index}`}>{word}</li>
            ))}
          </ol>
          <p className="mt-2 flex items-center gap-2">
            <CopyButton value={passphrase} what="the passphrase" label="Copy" />
            <button
              type="button"
              className="btn s"
              onClick={() => setProposal(pickWords(6, (buffer) => crypto.getRandomValues(buffer)))}
            >
              Other words
            </button>
            <span className="meta">Made in this browser.</span>
          </p>
        </div>
      )}
      <label className="field">
        <span>Write it on paper, then type it back</span>
        <input
          className="input mono"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          required
          autoComplete="off"
          spellCheck={false}
        />
      </label>
    </Step>
  );
}

function Review({ fields, go, hostName, publicUrl }: StepProps & Props) {
  const [refusal, setRefusal] = useState("");
  const [isPending, setPending] = useState(false);
  const submit = async () => {
    setPending(true);
    setRefusal("");
    const answer = await setUp(fields);
    if (answer.status !== "done") {
      setRefusal(answer.status === "refused" ? answer.message : "");
      setPending(false);
      return;
    }
    const problem = await signIn(fields.adminEmail, fields.adminPassword);
    window.location.assign(problem === null ? "/setup/device" : "/sign-in?next=%2Fsetup%2Fdevice");
  };
  return (
    <Step
      title="2 Review"
      time="30 s"
      intro="This makes the root, the issuing authority under it, and the first CRL of each."
      refusal={refusal}
      submit="Create both authorities"
      isPending={isPending}
      back={() => go(1)}
      onSubmit={() => void submit()}
    >
      <dl className="kv rule">
        <dt>Organisation</dt>
        <dd>
          <bdi>{fields.organization}</bdi>
        </dd>
        <dt>Owner</dt>
        <dd>
          <bdi>
            {fields.adminName}, {fields.adminEmail}
          </bdi>
        </dd>
        <dt>Root</dt>
        <dd>EC P-384, sealed under your passphrase</dd>
        <dt>Issuing</dt>
        <dd>EC P-256, in the signer</dd>
        <dt>Host name</dt>
        <dd className="mono">{hostName}</dd>
        <dt>CRL addresses</dt>
        <dd className="mono">{publicUrl}/crl/…</dd>
      </dl>
      <p className="note">
        <Glyph name="renewal-overdue" />
        <span>
          <b>
            Host name and CRL addresses are printed into every certificate and cannot be changed for those already
            issued.
          </b>{" "}
          To change them, stop here, set FIELDSEAL_HOST and FIELDSEAL_PUBLIC_URL, and start again.
        </span>
      </p>
    </Step>
  );
}

export function SetupWizard(props: Props) {
  const [step, setStep] = useState(0);
  const [fields, setFields] = useState(empty);
  const shared: StepProps = { fields, set: (change) => setFields((before) => ({ ...before, ...change })), go: setStep };
  return (
    <SetupFrame step={step}>
      {props.isRepeat && step === 0 && (
        <p className="note mb-4">
          <Glyph name="unknown" />
          <span>An earlier try recorded the settings but made no authority. Fill in again; this replaces them.</span>
        </p>
      )}
      {step === 0 && <Claim {...shared} />}
      {step === 1 && <RootCa {...shared} />}
      {step === 2 && <Review {...shared} {...props} />}
    </SetupFrame>
  );
}
