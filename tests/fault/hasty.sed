# Breaks the order on purpose: thanks first, stores then. hasty_test.py holds
# that the kill test sees it.
s|^    ch->adapter->accepted(ch, item->arg, rc);$||
s|^    store_submit(ch->inbox->with.store, add_work, added, item);$|    store_submit(ch->inbox->with.store, add_work, added, item);\n    ch->adapter->accepted(ch, arg, 0);|
