/* Whether somebody who should know has called a mail spam. */
#include "mail/mail.h"
#include "mail/mail_internal.h"

const char *const mail_junk_words[] = { "no", "marked", "all", NULL };

struct str mail_junk_envelope(int junk)
{
    static const struct str lines[MAIL_JUNKS] = {
        [MAIL_JUNK_NO] = STR_INIT(""),
        [MAIL_JUNK_MARKED] = STR_INIT("junk: marked"),
        [MAIL_JUNK_ALL] = STR_INIT("junk: all"),
    };

    return lines[junk];
}

/* What the filters of mail servers write, and how it begins where it is. */
static const struct {
    enum header_id header;
    struct str value, who;
} marks[] = {
    { HEADER_SPAM_FLAG, STR_INIT("yes"), STR_INIT("X-Spam-Flag") },
    { HEADER_SPAM_STATUS, STR_INIT("yes"), STR_INIT("X-Spam-Status") },
    { HEADER_SPAM, STR_INIT("yes"), STR_INIT("X-Spam") },
    { HEADER_RSPAMD_ACTION, STR_INIT("add header"),
      STR_INIT("X-Rspamd-Action") },
    { HEADER_RSPAMD_ACTION, STR_INIT("rewrite subject"),
      STR_INIT("X-Rspamd-Action") },
    { HEADER_RSPAMD_ACTION, STR_INIT("reject"), STR_INIT("X-Rspamd-Action") },
};

enum { SCL_SPAM = '5', SCL_MOST = '9' }; /* of Exchange: a figure up to 9 */

static struct str marked(const struct headers *h)
{
    struct str scl = header_first(h, HEADER_EXCHANGE_SCL);

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (str_case_starts(header_first(h, marks[i].header), marks[i].value))
            return marks[i].who;
    }
    if (scl.n == 1 && scl.p[0] >= SCL_SPAM && scl.p[0] <= SCL_MOST)
        return STR("X-MS-Exchange-Organization-SCL");
    return STR_NONE;
}

struct str spam_read(const struct raw *raw, const struct headers *h)
{
    struct str junk = raw_envelope(raw, "junk");
    struct str said = raw_envelope(raw, "spam");

    if (said.n > 0)
        return said;
    if (str_eq(junk, STR("all")))
        return STR("the junk folder");
    return str_eq(junk, STR("marked")) ? marked(h) : STR_NONE;
}
