// The same words, inside the frame.
export { default } from "../not-found.tsx";
