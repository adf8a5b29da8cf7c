# Turns rules/mail.markers into the C table that mail_marker.h declares.
BEGIN {
    kinds = split("begin original from to cc date subject other wrote " \
                  "tagline cut inline forward answer", kind, " ")
    for (i = 1; i <= kinds; i++)
        known[kind[i]] = 1
}
/^#/ || NF == 0 { next }
{
    if (NF < 3 || !($1 in known)) {
        print FILENAME ":" FNR ": not KIND LANGUAGE PHRASE" >"/dev/stderr"
        bad = 1
        exit 1
    }
    phrase = $0
    sub(/^[^ ]+ +[^ ]+ +/, "", phrase)
    gsub(/[\\"]/, "\\\\&", phrase)
    rows[$1] = rows[$1] "    { \"" $2 "\", STR_INIT(\"" phrase "\") },\n"
    count[$1]++
}
END {
    if (bad)
        exit 1
    print "#include \"mail/mail_marker.h\"\n"
    print "const struct marker mail_markers[] = {"
    for (i = 1; i <= kinds; i++)
        printf "%s", rows[kind[i]]
    print "};\n"
    print "const struct marker_range mail_marker_ranges[MARKERS] = {"
    at = 0
    for (i = 1; i <= kinds; i++) {
        printf "    { %d, %d },\n", at, at + count[kind[i]]
        at += count[kind[i]]
    }
    print "};"
}
