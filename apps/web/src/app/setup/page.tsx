export default function SetupPage() { return <main>set-up</main>; }
