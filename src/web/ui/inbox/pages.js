// The pages beside the inbox, each fetched when it is first opened.
export const pages = {
    new: () => import("./new.jsx").then(module => module.New),
};
