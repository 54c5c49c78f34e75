/** What a form learns from its action. */
export type ActionResult =
  | { status: "idle" }
  | { status: "refused"; message: string }
  | {
      status: "done";
      message: string;
      /** Shown once, never stored. */
      token?: { deviceId: string; value: string; expires: string };
      href?: string;
      hrefLabel?: string;
    };
