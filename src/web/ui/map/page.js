// The public map beside its list: what the list shows is on the map.
import { townMap } from "./townmap.js";

const el = document.getElementById("map");
const map = townMap(el, { words: JSON.parse(el.dataset.words ?? "{}") });
globalThis.townmap = map;
