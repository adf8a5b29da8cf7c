/*
 * The one adapter of a test: naming all of them would bring their doors along,
 * whose http is the server's. To be set before anything is read.
 */
#ifndef FAKE_ADAPTERS_H
#define FAKE_ADAPTERS_H

#include "spine/adapter.h"

static const struct adapter *fake_adapter;

const struct adapter *adapter_find(struct str name)
{
    if (fake_adapter != NULL && str_eq(name, str_of(fake_adapter->name)))
        return fake_adapter;
    return NULL;
}

#endif
