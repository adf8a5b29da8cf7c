#!/usr/bin/env python3
"""People: admins say who may sign in, everybody keeps their own password."""
import base64
import hashlib
import hmac
import struct
import sys
import time
import urllib.parse

from clerk import PASSWORD, Clerk, add_user
from harness import Tap, Town

NEW = "  nine lives of a cat "


def code_of(secret, at=None):
    step = int(at or time.time()) // 30
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    n = struct.unpack(">I", mac[mac[-1] & 15:][:4])[0] & 0x7fffffff
    return f"{n % 1000000:06d}"


def person(admin, name):
    return next(p for p in admin.get("/api/people").json if p["name"] == name)


def change(admin, name, **what):
    return admin.post(f"/api/people/{person(admin, name)['id']}", what)


def audits(admin, what):
    return [a for a in admin.get("/api/audit").json if a["what"] == what]


def somebody_new(tap, admin, town):
    got = admin.post("/api/people", {"name": "Carla Vega", "role": "clerk", "language": "es", "password": NEW})
    tap.same((got.status, got.json["person"]["role"]), (201, "clerk"), "Somebody is added")
    tap.same(Clerk(town, "Carla Vega", NEW).get("/api/me").json["language"], "es", "She signs in, in her language")
    tap.check(NEW.strip() not in str(admin.get("/api/people").body), "Nobody is shown a password")
    tap.check("argon2" not in str(admin.get("/api/people").body), "Nor its hash")
    tap.same(admin.post("/api/people", {"name": "carla vega", "password": NEW}).status, 409, "A name is given once")
    for what, body in (("A short password", {"name": "Dan", "password": "short"}),
                       ("A password with the name in it", {"name": "Danielle", "password": "danielle danielle"}),
                       ("A name that is nobody's", {"name": "inlet", "password": NEW}),
                       ("A name of two lines", {"name": "Dan\nEve", "password": NEW}),
                       ("No name", {"password": NEW}),
                       ("A role that is none", {"name": "Dan", "role": "king", "password": NEW}),
                       ("A language that is none", {"name": "Dan", "language": "xx", "password": NEW})):
        tap.same(admin.post("/api/people", body).status, 422, what)
    tap.same(admin.post("/api/people", {"name": "Dan", "password": "x" * 3000}).status, 413, "A password without end")


def roles(tap, admin, town):
    carla = Clerk(town, "Carla Vega", NEW)
    tap.same(carla.get("/api/people").status, 403, "A clerk does not see people")
    tap.same(carla.get("/api/audit").status, 403, "Nor what was changed")
    tap.same(carla.post("/api/people", {"name": "Eve", "password": NEW}).status, 403, "Nor adds any")
    tap.same(change(admin, "Carla Vega", role="supervisor").json["person"]["role"], "supervisor", "A role is changed")
    tap.same(carla.get("/api/me").json["role"], "supervisor", "It holds at once")
    tap.check(any(a["text"] == "Carla Vega: supervisor" and a["actor"] == "Ada" for a in audits(admin, "role")),
              "The audit says who did it, and to whom")
    tap.same(admin.post("/api/people/9999", {"role": "clerk"}).status, 404, "Somebody who is not there")
    tap.same(admin.post("/api/people/1", {"role": "clerk"}, token="x").status, 403, "Without the token nothing is done")


def the_last_admin(tap, admin):
    got = change(admin, "Ada", role="clerk")
    tap.same((got.status, got.json["code"]), (422, "last_admin"), "The last admin stays one")
    tap.same(change(admin, "Ada", disabled=True).json["code"], "last_admin", "And may sign in")
    tap.same(person(admin, "Ada")["role"], "admin", "Nothing of it was done")
    change(admin, "Carla Vega", role="admin")
    tap.same(change(admin, "Ada", role="admin").status, 200, "To change nothing is no harm")
    change(admin, "Carla Vega", role="clerk")


def out(tap, admin, town):
    carla = Clerk(town, "Carla Vega", NEW)
    tap.same(change(admin, "Carla Vega", disabled=True).json["person"]["disabled"], True, "Somebody is shut out")
    tap.same(carla.get("/api/me").status, 401, "Her session is over")
    tap.same(Clerk(town).sign_in("Carla Vega", NEW).status, 401, "She cannot sign in")
    change(admin, "Carla Vega", disabled=False)
    carla = Clerk(town, "Carla Vega", NEW)
    tap.same(change(admin, "Carla Vega", password="an admin's own choice").status, 200, "An admin sets a password")
    tap.same(carla.get("/api/me").status, 401, "What was open by the old one is over")
    tap.same(Clerk(town).sign_in("Carla Vega", "an admin's own choice").status, 303, "The new one is good")


def ones_own(tap, town):
    ben, elsewhere = Clerk(town, "Ben"), Clerk(town, "Ben")
    tap.same(ben.post("/api/password", {"old": "what was it", "password": NEW}).json["code"], "password_wrong",
             "Who does not know the old one sets none")
    tap.same(ben.post("/api/password", {"password": NEW}).json["code"], "password_wrong", "Nor without one")
    tap.same(ben.post("/api/password", {"old": PASSWORD, "password": "short"}).json["code"], "password", "It is no short one")
    tap.same(ben.post("/api/password", {"old": PASSWORD, "password": NEW}).status, 200, "One's own password is changed")
    tap.same(ben.get("/api/me").status, 200, "One stays signed in")
    tap.same(elsewhere.get("/api/me").status, 401, "Elsewhere one does not")
    tap.same(Clerk(town).sign_in("Ben", NEW).status, 303, "Blanks at its ends are part of it")
    for _ in range(5):
        last = ben.post("/api/password", {"old": "guess", "password": NEW + "2"})
    tap.same(ben.post("/api/password", {"old": NEW, "password": NEW + "2"}).json["code"], "often",
             f"Guessing ends after five ({last.status})")


def a_second_factor(tap, admin, town):
    cy = Clerk(town, "Cy")
    new = cy.post("/api/totp/new", {}).json
    url = urllib.parse.urlparse(new["url"])
    tap.same((url.scheme, url.netloc, urllib.parse.parse_qs(url.query)["secret"]), ("otpauth", "totp", [new["secret"]]),
             "An app takes the address")
    tap.same(person(admin, "Cy")["totp"], False, "Nothing is kept until a code shows that it works")
    wrong = cy.post("/api/totp", {"old": PASSWORD, "secret": new["secret"], "code": "000000"})
    tap.same((wrong.status, wrong.json["code"]), (422, "code_wrong"), "A wrong code")
    tap.same(cy.post("/api/totp", {"old": PASSWORD, "secret": "AAAA", "code": code_of("AAAAAAAA")}).status, 422, "A secret of one's own that is short")
    code = code_of(new["secret"])
    tap.same(cy.post("/api/totp", {"secret": new["secret"], "code": code}).json["code"], "password_wrong", "Not without the password")
    got = cy.post("/api/totp", {"old": PASSWORD, "secret": new["secret"], "code": code})
    tap.same((got.status, got.json["person"]["totp"]), (200, True), "A right code sets it")
    tap.check(new["secret"] not in str(admin.get("/api/people").body), "The secret is never shown again")
    tap.check(new["secret"] not in str(admin.get("/api/audit").body), "Nor is it in the audit")
    tap.same(Clerk(town).sign_in("Cy").status, 401, "Without a code nobody gets in")
    tap.same(Clerk(town).sign_in("Cy", code=code).status, 401, "The code that set it does not count twice")
    tap.same(Clerk(town).sign_in("Cy", code=code_of(new["secret"], time.time() + 30)).status, 303, "The next one does")
    tap.same(change(admin, "Cy", totp=False).json["person"]["totp"], False, "An admin takes it away when the phone is lost")
    tap.same(Clerk(town).sign_in("Cy").status, 303, "Then the password is enough")


def sessions(tap, admin, town):
    dee, other = Clerk(town, "Dee"), Clerk(town, "Dee")
    own = dee.get("/api/sessions").json
    tap.same(({s["user"] for s in own}, len(own), sum(s["this"] for s in own)), ({"Dee"}, 2, 1), "One's own sessions, and which is this")
    tap.check(dee.cookie not in str(dee.get("/api/sessions").body), "What the browser holds is not told")
    theirs = next(s for s in admin.get("/api/sessions").json if s["user"] == "Ada")
    tap.same(dee.post(f"/api/sessions/{theirs['id']}", {}, method="DELETE").status, 404, "Another's is none of hers")
    gone = next(s for s in own if not s["this"])
    tap.same(dee.post(f"/api/sessions/{gone['id']}", {}, method="DELETE").status, 200, "One of her own is ended")
    tap.same((other.get("/api/me").status, dee.get("/api/me").status), (401, 200), "That one, and no other")
    mine = next(s for s in admin.get("/api/sessions").json if s["user"] == "Dee")
    tap.same(admin.post(f"/api/sessions/{mine['id']}", {}, method="DELETE").status, 200, "An admin ends anybody's")
    tap.same(dee.get("/api/me").status, 401, "She is out")
    tap.check(any(a["text"] == "Dee" and a["actor"] == "Ada" for a in audits(admin, "session ended")), "The audit has it")


def main():
    tap = Tap()
    town = Town()
    try:
        add_user(town, "Ada", "admin")
        for name in ("Ben", "Cy", "Dee"):
            add_user(town, name)
        assert town.start(), town.log()
        admin = Clerk(town, "Ada")
        somebody_new(tap, admin, town)
        roles(tap, admin, town)
        the_last_admin(tap, admin)
        out(tap, admin, town)
        ones_own(tap, town)
        a_second_factor(tap, admin, town)
        sessions(tap, admin, town)
        tap.same(Clerk(town).get("/api/people").status, 401, "Nobody who has not signed in")
    finally:
        town.close()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
