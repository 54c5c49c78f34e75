import { SkeletonRows } from "@/ui/panel.tsx";

export default function Loading() {
  return (
    <>
      <div className="page-head">
        <h1>Certificates</h1>
      </div>
      <SkeletonRows rows={12} />
    </>
  );
}
