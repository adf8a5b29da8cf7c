#include "mail/html_entity.h"

#include <stdlib.h>

struct entity {
    struct str name;
    uint32_t code;
};

/* By name, in byte order. */
static const struct entity entities[] = {
    { STR_INIT("AElig"), 0xc6 },    { STR_INIT("Aacute"), 0xc1 },
    { STR_INIT("Acirc"), 0xc2 },    { STR_INIT("Agrave"), 0xc0 },
    { STR_INIT("Aring"), 0xc5 },    { STR_INIT("Atilde"), 0xc3 },
    { STR_INIT("Auml"), 0xc4 },     { STR_INIT("Ccedil"), 0xc7 },
    { STR_INIT("ETH"), 0xd0 },      { STR_INIT("Eacute"), 0xc9 },
    { STR_INIT("Ecirc"), 0xca },    { STR_INIT("Egrave"), 0xc8 },
    { STR_INIT("Euml"), 0xcb },     { STR_INIT("Iacute"), 0xcd },
    { STR_INIT("Icirc"), 0xce },    { STR_INIT("Igrave"), 0xcc },
    { STR_INIT("Iuml"), 0xcf },     { STR_INIT("Ntilde"), 0xd1 },
    { STR_INIT("OElig"), 0x152 },   { STR_INIT("Oacute"), 0xd3 },
    { STR_INIT("Ocirc"), 0xd4 },    { STR_INIT("Ograve"), 0xd2 },
    { STR_INIT("Oslash"), 0xd8 },   { STR_INIT("Otilde"), 0xd5 },
    { STR_INIT("Ouml"), 0xd6 },     { STR_INIT("Prime"), 0x2033 },
    { STR_INIT("Scaron"), 0x160 },  { STR_INIT("THORN"), 0xde },
    { STR_INIT("Uacute"), 0xda },   { STR_INIT("Ucirc"), 0xdb },
    { STR_INIT("Ugrave"), 0xd9 },   { STR_INIT("Uuml"), 0xdc },
    { STR_INIT("Yacute"), 0xdd },   { STR_INIT("Yuml"), 0x178 },
    { STR_INIT("aacute"), 0xe1 },   { STR_INIT("acirc"), 0xe2 },
    { STR_INIT("acute"), 0xb4 },    { STR_INIT("aelig"), 0xe6 },
    { STR_INIT("agrave"), 0xe0 },   { STR_INIT("amp"), 0x26 },
    { STR_INIT("apos"), 0x27 },     { STR_INIT("aring"), 0xe5 },
    { STR_INIT("atilde"), 0xe3 },   { STR_INIT("auml"), 0xe4 },
    { STR_INIT("bdquo"), 0x201e },  { STR_INIT("brvbar"), 0xa6 },
    { STR_INIT("bull"), 0x2022 },   { STR_INIT("ccedil"), 0xe7 },
    { STR_INIT("cedil"), 0xb8 },    { STR_INIT("cent"), 0xa2 },
    { STR_INIT("circ"), 0x2c6 },    { STR_INIT("copy"), 0xa9 },
    { STR_INIT("curren"), 0xa4 },   { STR_INIT("dagger"), 0x2020 },
    { STR_INIT("darr"), 0x2193 },   { STR_INIT("deg"), 0xb0 },
    { STR_INIT("divide"), 0xf7 },   { STR_INIT("eacute"), 0xe9 },
    { STR_INIT("ecirc"), 0xea },    { STR_INIT("egrave"), 0xe8 },
    { STR_INIT("emsp"), 0x2003 },   { STR_INIT("ensp"), 0x2002 },
    { STR_INIT("eth"), 0xf0 },      { STR_INIT("euml"), 0xeb },
    { STR_INIT("euro"), 0x20ac },   { STR_INIT("fnof"), 0x192 },
    { STR_INIT("frac12"), 0xbd },   { STR_INIT("frac14"), 0xbc },
    { STR_INIT("frac34"), 0xbe },   { STR_INIT("frasl"), 0x2044 },
    { STR_INIT("ge"), 0x2265 },     { STR_INIT("gt"), 0x3e },
    { STR_INIT("hellip"), 0x2026 }, { STR_INIT("iacute"), 0xed },
    { STR_INIT("icirc"), 0xee },    { STR_INIT("iexcl"), 0xa1 },
    { STR_INIT("igrave"), 0xec },   { STR_INIT("infin"), 0x221e },
    { STR_INIT("iquest"), 0xbf },   { STR_INIT("iuml"), 0xef },
    { STR_INIT("laquo"), 0xab },    { STR_INIT("larr"), 0x2190 },
    { STR_INIT("ldquo"), 0x201c },  { STR_INIT("le"), 0x2264 },
    { STR_INIT("lrm"), 0x200e },    { STR_INIT("lsaquo"), 0x2039 },
    { STR_INIT("lsquo"), 0x2018 },  { STR_INIT("lt"), 0x3c },
    { STR_INIT("macr"), 0xaf },     { STR_INIT("mdash"), 0x2014 },
    { STR_INIT("micro"), 0xb5 },    { STR_INIT("middot"), 0xb7 },
    { STR_INIT("minus"), 0x2212 },  { STR_INIT("nbsp"), 0xa0 },
    { STR_INIT("ndash"), 0x2013 },  { STR_INIT("ne"), 0x2260 },
    { STR_INIT("not"), 0xac },      { STR_INIT("ntilde"), 0xf1 },
    { STR_INIT("oacute"), 0xf3 },   { STR_INIT("ocirc"), 0xf4 },
    { STR_INIT("oelig"), 0x153 },   { STR_INIT("ograve"), 0xf2 },
    { STR_INIT("ordf"), 0xaa },     { STR_INIT("ordm"), 0xba },
    { STR_INIT("oslash"), 0xf8 },   { STR_INIT("otilde"), 0xf5 },
    { STR_INIT("ouml"), 0xf6 },     { STR_INIT("para"), 0xb6 },
    { STR_INIT("permil"), 0x2030 }, { STR_INIT("plusmn"), 0xb1 },
    { STR_INIT("pound"), 0xa3 },    { STR_INIT("prime"), 0x2032 },
    { STR_INIT("quot"), 0x22 },     { STR_INIT("raquo"), 0xbb },
    { STR_INIT("rarr"), 0x2192 },   { STR_INIT("rdquo"), 0x201d },
    { STR_INIT("reg"), 0xae },      { STR_INIT("rlm"), 0x200f },
    { STR_INIT("rsaquo"), 0x203a }, { STR_INIT("rsquo"), 0x2019 },
    { STR_INIT("sbquo"), 0x201a },  { STR_INIT("scaron"), 0x161 },
    { STR_INIT("sect"), 0xa7 },     { STR_INIT("shy"), 0xad },
    { STR_INIT("sup1"), 0xb9 },     { STR_INIT("sup2"), 0xb2 },
    { STR_INIT("sup3"), 0xb3 },     { STR_INIT("szlig"), 0xdf },
    { STR_INIT("thinsp"), 0x2009 }, { STR_INIT("thorn"), 0xfe },
    { STR_INIT("tilde"), 0x2dc },   { STR_INIT("times"), 0xd7 },
    { STR_INIT("trade"), 0x2122 },  { STR_INIT("uacute"), 0xfa },
    { STR_INIT("uarr"), 0x2191 },   { STR_INIT("ucirc"), 0xfb },
    { STR_INIT("ugrave"), 0xf9 },   { STR_INIT("uml"), 0xa8 },
    { STR_INIT("uuml"), 0xfc },     { STR_INIT("yacute"), 0xfd },
    { STR_INIT("yen"), 0xa5 },      { STR_INIT("yuml"), 0xff },
    { STR_INIT("zwj"), 0x200d },    { STR_INIT("zwnj"), 0x200c },
};

/* What 0x80 to 0x9f mean to browsers: Windows-1252. 0: nothing. */
static const uint16_t windows[32] = {
    0x20ac, 0x0,    0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021,
    0x2c6,  0x2030, 0x160,  0x2039, 0x152,  0x0,    0x17d,  0x0,
    0x0,    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
    0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x0,    0x17e,  0x178,
};

static size_t utf8_write(uint32_t c, char *p)
{
    if (c < 0x80) {
        p[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        p[0] = (char)(0xc0 | c >> 6);
        p[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        p[0] = (char)(0xe0 | c >> 12);
        p[1] = (char)(0x80 | (c >> 6 & 0x3f));
        p[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    p[0] = (char)(0xf0 | c >> 18);
    p[1] = (char)(0x80 | (c >> 12 & 0x3f));
    p[2] = (char)(0x80 | (c >> 6 & 0x3f));
    p[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static int digit_value(char c, unsigned base)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return base == 16 && c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "&#233" or "&#xE9" at the head of s; 0: nothing to be shown. */
static uint32_t number_read(struct str s, size_t *used)
{
    unsigned base = s.n > 2 && (s.p[2] | 0x20) == 'x' ? 16 : 10;
    size_t begin = base == 16 ? 3 : 2;
    size_t n = begin;
    uint32_t code = 0;

    while (n < s.n && digit_value(s.p[n], base) >= 0) {
        code = code * base + (uint32_t)digit_value(s.p[n++], base);
        code = code > 0x110000 ? 0x110000 : code;
    }
    *used = n == begin ? 0 : n;
    if (code >= 0x80 && code < 0xa0)
        return windows[code - 0x80];
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return 0xfffd;
    return code;
}

static int name_order(const void *key, const void *member)
{
    const struct str *name = key;
    const struct entity *entity = member;

    return str_cmp(*name, entity->name);
}

static uint32_t name_read(struct str s, size_t *used)
{
    size_t n = 1;
    struct str name;
    const struct entity *found;

    while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') ||
                       (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
                       (s.p[n] >= '0' && s.p[n] <= '9')))
        n++;
    name = str_slice(s, 1, n);
    found = bsearch(&name, entities, COUNT_OF(entities), sizeof(entities[0]),
                    name_order);
    *used = found == NULL ? 0 : n;
    return found == NULL ? 0 : found->code;
}

struct str html_entity(struct str s, char utf8[8], size_t *used)
{
    bool number = s.n > 1 && s.p[1] == '#';
    uint32_t code = number ? number_read(s, used) : name_read(s, used);

    if (*used > 0 && *used < s.n && s.p[*used] == ';')
        (*used)++;
    if (*used == 0 || code == 0 || code == 0xad || code == 0x200b)
        return STR_NONE; /* soft hyphens would part the words they are in */
    return (struct str){ utf8, utf8_write(code, utf8) };
}
