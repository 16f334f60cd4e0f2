/** Line drawings on a grid of 24; decoration only, so that screen readers pass over them. */
const PATHS = {
  chat: "M4 5h16v11H9l-5 4z",
  profile: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c1-4 4.500-6 8-6s7 2 8 6",
  facts: "M5 4h14v16H5zM8.500 9h7M8.500 13h7M8.500 17h4",
  timeline: "M12 7v5l3.500 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  habits: "M4 11a8 8 0 0 1 14-4.500L20 9M20 4v5h-5M20 13a8 8 0 0 1-14 4.500L4 15M4 20v-5h5",
  personality: "M12 3l8.600 6.200-3.300 10.100H6.700L3.400 9.200zM12 8l3.800 2.800-1.400 4.500H9.600l-1.400-4.500z",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500 21 21",
  storage:
    "M4 6c0-1.700 3.600-3 8-3s8 1.300 8 3-3.600 3-8 3-8-1.300-8-3ZM4 6v12c0 1.700 3.600 3 8 3s8-1.300 8-3V6M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3",
  pin: "M9 3h6l-1 6 4 4H6l4-4zM12 13v8",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  trace: "M5 5v6a4 4 0 0 0 4 4h10M15 11l4 4-4 4",
  history: "M4 12a8 8 0 1 0 2.500-5.800L4 8.500M4 4v4.500h4.500M12 8v4.500l3 1.500",
  send: "M4 12 20 4l-5 16-3.500-6.500z",
  stop: "M7 7h10v10H7z",
  menu: "M4 7h16M4 12h16M4 17h16",
  plus: "M12 5v14M5 12h14",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9.500h.010",
  down: "M12 4v12M7 11l5 5 5-5M5 20h14",
} as const;
export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);
