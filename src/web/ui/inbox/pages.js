// The pages beside the inbox, each fetched when it is first opened.
export const pages = {
    new: () => import("./new.jsx").then(module => module.New),
    figures: () => import("./figures.jsx").then(module => module.Figures),
    health: () => import("./health.jsx").then(module => module.Health),
    people: () => import("./people.jsx").then(module => module.People),
};
