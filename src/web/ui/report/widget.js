// One script tag on another site: the form in a frame of its own.
