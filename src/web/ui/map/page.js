// The public map.
