/* What of a report may be seen by everybody. */
#ifndef WEB_REPORT_DISCREET_H
#define WEB_REPORT_DISCREET_H

#include "base/template.h"
#include "spine/adapter.h"

/* Who was at whose door is nobody's business. Ended by NULL. */
extern const char *const private_categories[];
bool category_is_private(struct str category);

/* Private, or hidden by the town. */
bool category_is_hidden(const struct town *town, struct str category);

/* What says that a name follows, with bars between. */
struct discreet {
    struct str sure;   /* "my name is": whatever is behind it */
    struct str maybe;  /* "this is": only words written large */
    struct str hidden; /* stands for what is left out */
};

/*
 * A resident's words without what says who they are: mail and web addresses,
 * phone numbers, and names behind what d says.
 */
struct str words_discreet(struct arena *a, struct str words,
                          const struct discreet *d);

/* The same in whatever language of the town they say who they are. */
struct str words_for_all(const struct templates *t, const struct town *town,
                         struct str language, struct str words,
                         struct arena *a);

#endif
