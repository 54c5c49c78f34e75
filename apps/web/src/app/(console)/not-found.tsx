import { Link } from "@/ui/link.tsx";

export default function NotFound() {
  return (
    <div className="state">
      <h1>Nothing is here</h1>
      <p>
        No page and no record has this address. It may have been copied incompletely, or belong to a site that is not
        yours.
      </p>
      <Link className="btn" href="/">
        Go to the overview
      </Link>
    </div>
  );
}
