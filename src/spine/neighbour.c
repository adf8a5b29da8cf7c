#include "spine/neighbour.h"

const struct neighbour *neighbour_of(const struct channel *ch)
{
    return (ch->adapter->can & ADAPTER_NEIGHBOUR) == 0
               ? NULL
               : (const struct neighbour *)ch;
}

struct str neighbour_service(const struct neighbour *n, struct str category)
{
    struct str any = STR_NONE;

    for (const struct setting_list *l = n->services; l != NULL; l = l->next) {
        struct str code = l->value;
        struct str ours = str_trim(str_until(&code, STR("=")));

        if (str_eq(ours, category))
            return str_trim(code);
        if (str_eq(ours, STR("*")))
            any = str_trim(code);
    }
    return any;
}
