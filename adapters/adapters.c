/* Every kind of channel there is. To add one, add its file and its line. */
#include "text.h"

extern const struct adapter desk_adapter;
extern const struct adapter imap_adapter;
extern const struct adapter maildir_adapter;
extern const struct adapter open311_adapter;
extern const struct adapter smtp_adapter;
extern const struct adapter web_adapter;

extern const struct text_provider twilio_provider;

const struct adapter *const adapters[] = {
    &desk_adapter,
    &imap_adapter,
    &maildir_adapter,
    &open311_adapter,
    &smtp_adapter,
    &twilio_provider.adapter,
    &web_adapter,
    NULL,
};

const struct adapter *adapter_find(struct str name)
{
    for (size_t i = 0; adapters[i] != NULL; i++) {
        if (str_eq(name, str_of(adapters[i]->name)))
            return adapters[i];
    }
    return NULL;
}

const struct adapter *adapter_for_file(struct str path)
{
    for (size_t i = 0; adapters[i] != NULL; i++) {
        if (adapters[i]->ending != NULL &&
            str_ends(path, str_of(adapters[i]->ending)))
            return adapters[i];
    }
    return NULL;
}
