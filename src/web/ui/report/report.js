// The report page with script: without it the form works all the same.
