#include "pipeline/filing_delivery.h"

#include "pipeline/receipts.h"

bool filing_is_delivery(const struct message *m)
{
    return m->receipts != NULL && (m->automatic == AUTOMATIC_BOUNCE ||
                                   m->automatic == AUTOMATIC_REPORT);
}

int filing_delivery(struct store_tx *tx, const struct filing *f, bool *taken,
                    struct error *e)
{
    const struct receipt *r = f->reading->message.receipts;
    int rc = 0;

    *taken = false;
    for (; rc == 0 && r != NULL; r = r->next) {
        int64_t ticket = 0;

        if (r->message_id.n > 0)
            rc = receipt_take(tx, f->raw->channel, r, &ticket, e);
        *taken = *taken || ticket != 0;
    }
    return rc;
}

int filing_aside(struct store_tx *tx, struct filing *f, struct error *e)
{
    const struct message *m = &f->reading->message;
    const struct receipt *r = m->receipts;
    struct str why = str_of(arena_printf(
        &f->arena, "a delivery report of a mail that is not ours: %.*s %.*s",
        STR_FMT(r->address), STR_FMT(r->why)));
    int rc = tx_counter_add(tx, f->raw->channel, "strange-reports", e);

    return rc < 0 ? rc : tx_raw_state(tx, f->raw->id, RAW_ASIDE, why, e);
}
