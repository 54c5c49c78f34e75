import type { ReactNode } from "react";

import { Link } from "@/ui/link.tsx";

import { chipWords } from "../app/(console)/devices/words.ts";
import { withoutPart, type Filter } from "../filter.ts";
import { Glyph } from "./glyph.tsx";
import { Foreign } from "./text.tsx";

type Props = {
  path: string;
  source: string;
  parsed: Filter;
  wrong: readonly string[];
  /** Other parameters that a filter keeps. */
  keep: Readonly<Record<string, string>>;
  placeholder: string;
  label: string;
  found: ReactNode;
};

export function hrefWith(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Chips that go with one click, and a box that adds to them. Works without scripts. */
export function FilterBar({ path, source, parsed, wrong, keep, placeholder, label, found }: Props) {
  return (
    <>
      <div className="filters">
        <form className="query" action={path} aria-label={label}>
          <span className="chips">
            {parsed.terms.map((term) => {
              const words = chipWords(term);
              return (
                <Link
                  key={term.source}
                  className="chip"

                  href={hrefWith(path, { ...keep, q: withoutPart(parsed, term) })}
                  aria-label={`Remove ${words.key} ${words.value}`}
                >
                  {words.key}{" "}
                  <b>
                    <Foreign limit={40}>{words.value}</Foreign>
                  </b>
                  <Glyph name="cross" />
                </Link>
              );
            })}
            {parsed.text.map((word) => (
              <Link
                key={word}
                className="chip"

                href={hrefWith(path, { ...keep, q: withoutPart(parsed, word) })}
                aria-label={`Remove the text ${word}`}
              >
                Contains{" "}
                <b>
                  <Foreign limit={40}>{word}</Foreign>
                </b>
                <Glyph name="cross" />
              </Link>
            ))}
          </span>
          {Object.entries(keep).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          {source && <input type="hidden" name="q" value={source} />}
          <input
            name="add"
            placeholder={placeholder}
            aria-label={label}
            autoComplete="off"
            spellCheck={false}
            maxLength={500}
          />
        </form>
        <span className="found">{found}</span>
      </div>
      {wrong.length > 0 && (
        <p className="refusal mb-2" role="alert">
          <Glyph name="unknown" />
          <span>
            Not understood and left out: <Foreign>{wrong.join(", ")}</Foreign>.
          </span>
        </p>
      )}
    </>
  );
}
